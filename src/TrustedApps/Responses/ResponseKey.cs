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

    private byte[]? _key = key;

    /// <summary>Returns an independent copy, which stays when this one is dropped; null if it was dropped.</summary>
    public ResponseKey? Copy()
    {
        if (Volatile.Read(ref _key) is not { } present) return null;
        byte[] copy = [.. present];
        Interlocked.MemoryBarrier(); // zeroed only after it was taken away, so what is still there was copied whole
        return Volatile.Read(ref _key) is null ? null : new ResponseKey(copy);
    }

    /// <exception cref="ObjectDisposedException">The key was dropped.</exception>
    public void Sign(ReadOnlySpan<byte> text, Span<byte> mac)
    {
        byte[] present = Volatile.Read(ref _key) ?? throw new ObjectDisposedException(nameof(ResponseKey));
        HMACSHA256.HashData(present, text, mac);
    }

    /// <exception cref="ObjectDisposedException">The key was dropped.</exception>
    public bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> mac)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Sign(text, expected);
        return CryptographicOperations.FixedTimeEquals(expected, mac);
    }

    /// <summary>Zeroes the key.</summary>
    public void Drop() => CryptographicOperations.ZeroMemory(Interlocked.Exchange(ref _key, null));

    public override string ToString() => nameof(ResponseKey);
}
