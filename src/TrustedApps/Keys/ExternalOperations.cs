using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace TrustedApps.Keys;

/// <summary>
/// The operations of a key that is not in this process: a bounded number at once, every failure one exception, and no
/// signature that was not verified.
/// </summary>
[SuppressMessage(
    "Design", "CA1001", Justification = "A semaphore without a wait handle has nothing to dispose.")]
internal sealed class ExternalOperations(RsaPublicKey publicKey, IPrivateKeyOperations operations, int maxConcurrency)
    : IPrivateKeyOperations
{
    private readonly SemaphoreSlim _places = new(maxConcurrency); // first come, first served

    public int MaxConcurrency { get; } = maxConcurrency;

    /// <exception cref="PrivateKeyException">The key cannot be reached, or its signature is wrong.</exception>
    public async ValueTask<byte[]> SignHashAsync(
        ReadOnlyMemory<byte> hash,
        HashAlgorithmName algorithm,
        RSASignaturePadding padding,
        CancellationToken cancellationToken)
    {
        byte[] signature = await AskAsync(
            ended => operations.SignHashAsync(hash, algorithm, padding, ended), "sign", cancellationToken
        ).ConfigureAwait(false);
        if (signature is not null && publicKey.VerifyHash(hash.Span, signature, algorithm, padding)) return signature;
        throw new PrivateKeyException(
            $"The private key {publicKey.Thumbprint} returned a signature that its public key does not verify, so it was not used. Check that both belong together, and that the key signs with {padding.Mode}, {algorithm}, and for PSS a salt as long as the hash."
        );
    }

    /// <exception cref="PrivateKeyException">The key cannot be reached.</exception>
    public ValueTask<byte[]?> UnwrapAsync(ReadOnlyMemory<byte> wrappedKey, CancellationToken cancellationToken) =>
        AskAsync(ended => operations.UnwrapAsync(wrappedKey, ended), "decrypt", cancellationToken);

    public override string ToString() => publicKey.Thumbprint;

    private async ValueTask<T> AskAsync<T>(
        Func<CancellationToken, ValueTask<T>> operation, string name, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await operation(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            throw new PrivateKeyException(
                $"The private key {publicKey.Thumbprint}, which is not in this process, did not {name}: {cause.Message}",
                cause
            );
        }
        finally
        {
            _places.Release();
        }
    }
}
