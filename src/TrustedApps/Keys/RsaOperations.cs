using System.Security.Cryptography;

namespace TrustedApps.Keys;

/// <summary>
/// The operations of RSA objects that may be over a token, each used by one operation at a time. They run on the thread
/// pool: a token answers when it likes, and there is no other way to end the wait for it.
/// </summary>
internal sealed class RsaOperations(Func<RSA> create) : IPrivateKeyOperations
{
    // asked with arrays: those are the methods that every class of RSA has to override
    private readonly ExclusivePool<RSA> _pool = new(create);

    public ValueTask<byte[]> SignHashAsync(
        ReadOnlyMemory<byte> hash,
        HashAlgorithmName algorithm,
        RSASignaturePadding padding,
        CancellationToken cancellationToken
    ) => new(Task.Run(() => Use(rsa => rsa.SignHash(hash.ToArray(), algorithm, padding)), cancellationToken));

    public ValueTask<byte[]?> UnwrapAsync(ReadOnlyMemory<byte> wrappedKey, CancellationToken cancellationToken) =>
        new(Task.Run(() => Use(rsa => Unwrap(rsa, wrappedKey.ToArray())), cancellationToken));

    private static byte[]? Unwrap(RSA rsa, byte[] wrappedKey)
    {
        try
        {
            return rsa.Decrypt(wrappedKey, RSAEncryptionPadding.OaepSHA256);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private T Use<T>(Func<RSA, T> operation)
    {
        RSA rsa = _pool.Rent();
        try
        {
            return operation(rsa);
        }
        finally
        {
            _pool.Return(rsa);
        }
    }
}
