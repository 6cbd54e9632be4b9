namespace TrustedApps.Protocols.Version4;

/// <summary>
/// Decides which requests name a key grant in place of carrying it, once the provider has accepted a request under it
/// (specification version-4.md, section 3, "Sent once, then named"). Safe for concurrent use.
/// </summary>
/// <param name="grant">The key grant.</param>
internal sealed class KeyGrantNaming(KeyGrant grant)
{
    private const int First = 4; // requests
    private const int Most = 1024; // requests

    private int _size; // requests that carry the key grant after a node has asked for it
    private int _left; // those that are still to come

    public KeyGrant Grant => grant;

    /// <summary>Whether the next request leaves the key grant out.</summary>
    public bool TryLeaveOut() => Volatile.Read(ref _left) <= 0 || Interlocked.Decrement(ref _left) < 0;

    /// <summary>
    /// Called when the provider asks for the key grant: each node behind a balancer has to receive it once. A balancer
    /// that takes turns would let the same node ask for ever if fewer requests than there are nodes carried it, so a
    /// further demand doubles their number, if those of the one before have been sent. One thread at a time.
    /// </summary>
    public void Demand()
    {
        if (_size == 0) _size = First;
        else if (Volatile.Read(ref _left) <= 0) _size = Math.Min(2 * _size, Most);
        Volatile.Write(ref _left, _size);
    }
}
