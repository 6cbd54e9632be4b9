using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// Grants with a bad signature or a session key that does not open, for a minute, so that the same one again costs no
/// RSA operation. A table of fixed size: the newest takes the place of an older one.
/// </summary>
internal sealed class RefusedGrants
{
    private const int Places = 4096;
    private const long Lifetime = 60; // seconds

    private readonly Entry?[] _entries = new Entry?[Places];

    public static UInt128 MarkOf(string applicationId, string token)
    {
        byte[] text = Encoding.UTF8.GetBytes($"{applicationId}\n{token}"); // neither holds a line break
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    public bool Contains(UInt128 mark, long now) =>
        Volatile.Read(ref PlaceOf(mark)) is { } entry && entry.Mark == mark && now <= entry.Until && now >= entry.Until - Lifetime;

    public void Add(UInt128 mark, long now) => Volatile.Write(ref PlaceOf(mark), new Entry(mark, now + Lifetime));

    private ref Entry? PlaceOf(UInt128 mark) => ref _entries[(int)(mark & (Places - 1))];

    private sealed record Entry(UInt128 Mark, long Until);
}
