namespace TrustedApps.Legacy.Atlassian;

/// <summary>
/// A cache of the secret keys that the latest accepted requests opened to. Raw RSA makes the same of the same header,
/// so clients that cache their headers cost that operation once. Requests that were rejected add nothing, so that they
/// push nothing out. Safe for concurrent use; takes no lock.
/// </summary>
internal sealed class OpenedKeys
{
    public const int Capacity = 16; // of 1 to 4 KB

    private const int HashedLength = 32; // characters at the end of a header; enough to distinguish two

    private readonly OpenedKey?[] _keys = new OpenedKey?[Capacity];
    private readonly int[] _hashes = new int[Capacity]; // of the same places, or about to be
    private uint _next;

    /// <summary>The key that exactly this header opened to; null when it is not cached.</summary>
    public OpenedKey? Find(string header)
    {
        int place = _hashes.AsSpan().IndexOf(Hash(header));
        return place >= 0 && Volatile.Read(ref _keys[place]) is { } key && key.Header == header ? key : null;
    }

    /// <summary>Adds a key in place of the one that was added first.</summary>
    public void Add(OpenedKey key)
    {
        if (Find(key.Header) is not null) return;
        uint place = Interlocked.Increment(ref _next) % Capacity;
        Volatile.Write(ref _keys[place], key);
        _hashes[place] = Hash(key.Header);
    }

    private static int Hash(string header) =>
        string.GetHashCode(header.AsSpan(Math.Max(0, header.Length - HashedLength)), StringComparison.Ordinal);
}
