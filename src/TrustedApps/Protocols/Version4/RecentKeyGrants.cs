using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// Key grants that were seen a short time ago, and how often, by the SHA-256 of application and text. The table has a
/// fixed size: a new entry overwrites an older one.
/// </summary>
/// <param name="places">The number of entries: a power of two.</param>
/// <param name="lifetime">The seconds for which one is remembered after it was seen.</param>
internal sealed class RecentKeyGrants(int places, int lifetime)
{
    private Entry?[]? _entries; // allocated with the first entry: most providers never need one

    public static UInt128 MarkOf(string applicationId, string token)
    {
        byte[] text = Encoding.UTF8.GetBytes($"{applicationId}\n{token}"); // neither holds a line break
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    public bool Contains(UInt128 mark, long now) => CountOf(mark, now) > 0;

    /// <summary>How often one was seen, each time within the lifetime of the time before.</summary>
    public int CountOf(UInt128 mark, long now) =>
        _entries is { } entries
        && Volatile.Read(ref entries[PlaceOf(mark)]) is { } entry
        && entry.Mark == mark
        && now <= entry.Until
        && now >= entry.Until - lifetime
            ? entry.Count
            : 0;

    public void Add(UInt128 mark, long now)
    {
        Entry?[] entries = LazyInitializer.EnsureInitialized(ref _entries, () => new Entry?[places]);
        Volatile.Write(ref entries[PlaceOf(mark)], new Entry(mark, now + lifetime, CountOf(mark, now) + 1));
    }

    private int PlaceOf(UInt128 mark) => (int)(mark & (UInt128)(places - 1));

    private sealed record Entry(UInt128 Mark, long Until, int Count);
}
