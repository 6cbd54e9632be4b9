using TrustedApps.Limits;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// Decides which requests name a key grant in place of carrying it, once the provider has accepted a request under it
/// (specification version-4.md, section 3, "Sent once, then named"). Safe for concurrent use.
/// </summary>
/// <param name="grant">The key grant.</param>
/// <param name="doubling">Allows to double a number at most once a second.</param>
/// <param name="before">That of the key grant before; null for the first.</param>
internal sealed class KeyGrantNaming(KeyGrant grant, OncePerSecond doubling, KeyGrantNaming? before)
{
    private const int First = 4; // requests
    private const int Most = 1024; // requests

    private int _size = before?.SizeOfNext() ?? 0; // requests that carry the key grant after a node has asked for it
    private int _left = before?.SizeOfNext() ?? 0; // those that are still to come
    private bool _isDemanded;

    public KeyGrant Grant => grant;

    /// <summary>Whether the next request leaves the key grant out.</summary>
    public bool TryLeaveOut() => Volatile.Read(ref _left) <= 0 || Interlocked.Decrement(ref _left) < 0;

    /// <summary>
    /// Called when the provider asks for the key grant: each node behind a balancer has to receive it once. A balancer
    /// that takes turns would let the same node ask for ever if fewer requests than there are nodes carried it, so a
    /// further demand doubles their number, at most once a second, and adds one to it otherwise. Demands count only
    /// when the requests of the one before have been sent. One thread at a time.
    /// </summary>
    public void Demand()
    {
        _isDemanded = true;
        if (Volatile.Read(ref _left) <= 0) _size = Math.Clamp(doubling.TryPass() ? 2 * _size : _size + 1, First, Most);
        Volatile.Write(ref _left, _size);
    }

    // What was learnt about the nodes holds for the next key grant, too. If none has asked, there may be fewer by now.
    private int SizeOfNext()
    {
        int size = _isDemanded ? _size : _size - (_size / 4);
        return size < First ? 0 : size;
    }
}
