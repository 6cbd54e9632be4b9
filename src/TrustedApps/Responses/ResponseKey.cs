using System.Security.Cryptography;

namespace TrustedApps.Responses;

/// <summary>
/// The key of the response proofs under one key grant (specification version-4.md, section 3): HMAC with SHA-256. Safe
/// for concurrent use.
/// </summary>
/// <param name="key">32 bytes, which now belong to this instance.</param>
internal sealed class ResponseKey(byte[] key)
{
    public const int Size = 32; // bytes

    private readonly byte[] _key = key;
    private volatile bool _isDropped;

    /// <summary>
    /// Whether it was dropped. If it is not after <see cref="Copy"/>, that copy is the whole key and not zeros, which
    /// others know.
    /// </summary>
    public bool IsDropped => _isDropped;

    /// <summary>Returns an independent copy, which stays when this one is dropped.</summary>
    public ResponseKey Copy()
    {
        byte[] copy = [.. _key];
        Interlocked.MemoryBarrier(); // a caller looks at IsDropped afterwards
        return new(copy);
    }

    public void Sign(ReadOnlySpan<byte> text, Span<byte> mac) => HMACSHA256.HashData(_key, text, mac);

    public bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> mac)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, text, expected);
        return CryptographicOperations.FixedTimeEquals(expected, mac);
    }

    /// <summary>Zeroes the key.</summary>
    public void Drop()
    {
        _isDropped = true;
        Interlocked.MemoryBarrier();
        CryptographicOperations.ZeroMemory(_key);
    }

    public override string ToString() => nameof(ResponseKey);
}
