using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// The key grants with a bad signature or a session key that cannot be decrypted, for one minute, so that the same one
/// costs no second RSA operation. The table has a fixed size: a new entry overwrites an older one.
/// </summary>
internal sealed class NegativeKeyGrantCache
{
    private const int Places = 4096;
    private const long Lifetime = 60; // seconds

    private Entry?[]? _entries; // allocated with the first entry: most providers never reject one

    public static UInt128 MarkOf(string applicationId, string token)
    {
        byte[] text = Encoding.UTF8.GetBytes($"{applicationId}\n{token}"); // neither holds a line break
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    public bool Contains(UInt128 mark, long now) =>
        _entries is { } entries
        && Volatile.Read(ref entries[PlaceOf(mark)]) is { } entry
        && entry.Mark == mark
        && now <= entry.Until
        && now >= entry.Until - Lifetime;

    public void Add(UInt128 mark, long now)
    {
        Entry?[] entries = LazyInitializer.EnsureInitialized(ref _entries, () => new Entry?[Places]);
        Volatile.Write(ref entries[PlaceOf(mark)], new Entry(mark, now + Lifetime));
    }

    private static int PlaceOf(UInt128 mark) => (int)(mark & (Places - 1));

    private sealed record Entry(UInt128 Mark, long Until);
}
