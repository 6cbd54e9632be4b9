using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace TrustedApps.Replay;

/// <summary>
/// What is on disk of one run of a process: which run it is, and the latest times of issue that it may have accepted.
/// </summary>
internal sealed record ReplayRun
{
    /// <summary>The length of the encoded form, in bytes.</summary>
    public const int Size = HashedSize + ChecksumSize;

    private const int OwnerSize = 32;
    private const int ChecksumSize = 32;
    private const int HashedSize = 8 + 16 + OwnerSize + (NumberCount * sizeof(long));
    private const int NumberCount = 10;
    private const ulong Magic = 0x5441_5250_4c59_0001; // "TARPLY", version 1

    /// <summary>The number of the run, drawn at random.</summary>
    public required UInt128 Id { get; init; }

    /// <summary>SHA-256 of the application id.</summary>
    public required byte[] Owner { get; init; }

    /// <summary>The clock skew, in milliseconds.</summary>
    public required long Skew { get; init; }

    /// <summary>The start of the run.</summary>
    public required StartupTimes Start { get; init; }

    /// <summary>
    /// Seconds since 1970: the latest time of issue of version 4 that the run may have accepted.
    /// </summary>
    public required long LastIssued { get; init; }

    /// <summary>
    /// Milliseconds since 1970: the latest stamp of an older version that the run may have accepted.
    /// </summary>
    public required long LastStamp { get; init; }

    /// <summary>
    /// Milliseconds since 1970: the latest moment at which the run may have accepted an assertion of an older version.
    /// </summary>
    public required long LastMoment { get; init; }

    /// <summary>Milliseconds since 1970: when this was written.</summary>
    public required long WrittenAt { get; init; }

    public static byte[] OwnerOf(string? applicationId) => SHA256.HashData(Encoding.UTF8.GetBytes(applicationId ?? ""));

    /// <summary>The start of a cache whose process recorded this and lost its entries.</summary>
    public StartupTimes AfterLoss() => Start with
    {
        Horizon = Math.Max(Start.Horizon, LastIssued),
        LastStamp = Math.Max(Start.LastStamp, LastStamp),
        LastMoment = Math.Max(Start.LastMoment, LastMoment),
    };

    /// <summary>Reads a run; null if the file is damaged, or of another format.</summary>
    /// <exception cref="IOException">The file cannot be read, or a process uses it that does not share it.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static ReplayRun? Read(string path, FileShare share)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, share);
        byte[] bytes = new byte[Size + 1];
        return Decode(bytes.AsSpan(0, RandomAccess.Read(file, bytes, fileOffset: 0)));
    }

    /// <summary>Whether a file begins like one of a replay cache.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64BigEndian(bytes) == Magic;

    public byte[] Encode()
    {
        byte[] bytes = new byte[Size];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(8), Id);
        Owner.CopyTo(bytes, 24);
        long elapsed = Start.Elapsed?.Ticks ?? long.MinValue;
        long[] numbers =
        [
            Skew, Start.Horizon, Start.Moment, Start.LastStamp, Start.LastMoment, elapsed,
            LastIssued, LastStamp, LastMoment, WrittenAt,
        ];
        for (int index = 0; index < numbers.Length; index++)
        {
            BinaryPrimitives.WriteInt64BigEndian(NumberAt(bytes, index), numbers[index]);
        }

        SHA256.HashData(bytes.AsSpan(0, HashedSize), bytes.AsSpan(HashedSize));
        return bytes;
    }

    /// <summary>Decodes a run; null if the bytes are damaged, or of another format.</summary>
    public static ReplayRun? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size || !HasMagic(bytes)) return null;
        if (!SHA256.HashData(bytes[..HashedSize]).AsSpan().SequenceEqual(bytes[HashedSize..])) return null;

        long[] numbers = new long[NumberCount];
        for (int index = 0; index < numbers.Length; index++)
        {
            numbers[index] = BinaryPrimitives.ReadInt64BigEndian(bytes[(24 + OwnerSize + (index * sizeof(long)))..]);
        }

        TimeSpan? elapsed = numbers[5] == long.MinValue ? null : TimeSpan.FromTicks(numbers[5]);
        return new ReplayRun
        {
            Id = BinaryPrimitives.ReadUInt128BigEndian(bytes[8..]),
            Owner = bytes.Slice(24, OwnerSize).ToArray(),
            Skew = numbers[0],
            Start = new StartupTimes(numbers[1], numbers[2], numbers[3], numbers[4], elapsed),
            LastIssued = numbers[6],
            LastStamp = numbers[7],
            LastMoment = numbers[8],
            WrittenAt = numbers[9],
        };
    }

    private static Span<byte> NumberAt(byte[] bytes, int index) =>
        bytes.AsSpan(24 + OwnerSize + (index * sizeof(long)));
}
