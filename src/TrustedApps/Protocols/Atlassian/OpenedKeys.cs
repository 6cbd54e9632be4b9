namespace TrustedApps.Protocols.Atlassian;

/// <summary>
/// The keys that the latest requests of one trust opened to: raw RSA makes the same of the same header, so clients that
/// cache their headers cost that operation once. Only of requests that were proven as far as their version proves them
/// (version 1 need not be signed), so that strangers push nothing out. Safe for concurrent use; takes no lock.
/// </summary>
internal sealed class OpenedKeys
{
    public const int Capacity = 16; // of 1 to 4 KB

    private const int HashedLength = 32; // characters at the end of a header; no more are needed to tell two apart

    private readonly OpenedKey?[] _keys = new OpenedKey?[Capacity];
    private readonly int[] _hashes = new int[Capacity]; // of the same places, or about to be
    private uint _next;

    /// <summary>The key that exactly this header opened to; null when it is not held.</summary>
    public OpenedKey? Find(string header)
    {
        int place = _hashes.AsSpan().IndexOf(Hash(header));
        return place >= 0 && Volatile.Read(ref _keys[place]) is { } key && key.Header == header ? key : null;
    }

    /// <summary>Holds a key in place of the one that is held longest.</summary>
    public void Hold(OpenedKey key)
    {
        if (Find(key.Header) is not null) return;
        uint place = Interlocked.Increment(ref _next) % Capacity;
        Volatile.Write(ref _keys[place], key);
        _hashes[place] = Hash(key.Header);
    }

    private static int Hash(string header) => string.GetHashCode(header.AsSpan(Math.Max(0, header.Length - HashedLength)), StringComparison.Ordinal);
}
