using System.Security.Cryptography;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// The key of the assertions under one key grant: 256 bits, for AES-GCM. One AesGcm must not be used by two threads at
/// once, so each is rented exclusively. The key is zeroed when it is dropped; a thread that holds a cipher at that
/// moment may finish.
/// </summary>
internal sealed class RequestKey(byte[] key)
{
    public const int TagSize = 16; // bytes

    private readonly Lock _gate = new();
    private readonly AesGcm?[] _idle = new AesGcm?[Environment.ProcessorCount];
    private byte[]? _key = key;
    private long _encryptions;

    /// <summary>The upper bound of the number of encryptions made with the key.</summary>
    public long Encryptions => Volatile.Read(ref _encryptions);

    public bool IsDropped => Volatile.Read(ref _key) is null;

    /// <summary>Rents a cipher for one thread and one encryption; null after the key was dropped.</summary>
    public AesGcm? RentToEncrypt()
    {
        Interlocked.Increment(ref _encryptions);
        return Rent();
    }

    /// <summary>Rents a cipher for one thread; null after the key was dropped.</summary>
    public AesGcm? Rent()
    {
        for (int slot = 0; slot < _idle.Length; slot++)
        {
            if (_idle[slot] is not null && Interlocked.Exchange(ref _idle[slot], null) is { } cipher) return cipher;
        }

        lock (_gate) return _key is null ? null : new AesGcm(_key, TagSize);
    }

    public void Return(AesGcm cipher)
    {
        if (IsDropped || !TryPutBack(cipher)) cipher.Dispose();
        else if (IsDropped) DisposeIdle(); // dropped in between
    }

    public void Drop()
    {
        lock (_gate)
        {
            CryptographicOperations.ZeroMemory(_key);
            _key = null;
        }

        DisposeIdle();
    }

    public override string ToString() => nameof(RequestKey);

    private bool TryPutBack(AesGcm cipher)
    {
        for (int slot = 0; slot < _idle.Length; slot++)
        {
            if (_idle[slot] is null && Interlocked.CompareExchange(ref _idle[slot], cipher, null) is null) return true;
        }

        return false;
    }

    private void DisposeIdle()
    {
        for (int slot = 0; slot < _idle.Length; slot++) Interlocked.Exchange(ref _idle[slot], null)?.Dispose();
    }
}
