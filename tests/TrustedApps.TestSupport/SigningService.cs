using System.Security.Cryptography;
using TrustedApps.Keys;

namespace TrustedApps.TestSupport;

/// <summary>
/// A service that keeps the keys of an application: it answers later than it is asked, and fails or is silent as a test
/// says. Made with public types, as an application outside makes it.
/// </summary>
internal sealed class SigningService
{
    private readonly Dictionary<RsaPublicKey, RSA> _keys = [];
    private int _asked;
    private int _running;
    private int _most;

    /// <summary>Keeps copies of keys that are in this process.</summary>
    public SigningService(ApplicationKeys keys, int maxConcurrency = 16)
    {
        foreach (ApplicationKey key in keys.Keys) _keys.Add(key.PublicKey, CopyOf(keys, key));
        Keys = ApplicationKeys.Create(
            keys.Id, keys.Keys, key => new ExternalKey(key.PublicKey, new Operations(this, _keys[key.PublicKey]), maxConcurrency), keys.ChangedAt);
    }

    public ApplicationKeys Keys { get; }

    /// <summary>The exception of each operation; null where they succeed.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Whether operations neither answer nor take notice of their token.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Whether operations that are silent end when their token is cancelled.</summary>
    public bool HonoursToken { get; set; }

    /// <summary>Whether each signature is of another hash.</summary>
    public bool SignsWrongly { get; set; }

    /// <summary>The number of operations that were begun.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>The largest number of operations that were under way at once.</summary>
    public int Most => Volatile.Read(ref _most);

    private static RSA CopyOf(ApplicationKeys keys, ApplicationKey key) =>
        RSA.Create(keys.Ring.Keys.Single(kept => kept.PublicKey.Equals(key.PublicKey)).ExportParameters());

    private async ValueTask<T> AnswerAsync<T>(Func<T> answer, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        int running = Interlocked.Increment(ref _running);
        InterlockedMax(running);
        try
        {
            await Task.Yield();
            if (IsSilent) await Task.Delay(Timeout.InfiniteTimeSpan, HonoursToken ? cancellationToken : CancellationToken.None);
            if (Failure is { } failure) throw failure;
            return answer();
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private void InterlockedMax(int value)
    {
        for (int most = Most; value > most; most = Most) Interlocked.CompareExchange(ref _most, value, most);
    }

    private sealed class Operations(SigningService service, RSA rsa) : IPrivateKeyOperations
    {
        public ValueTask<byte[]> SignHashAsync(
            ReadOnlyMemory<byte> hash, HashAlgorithmName algorithm, RSASignaturePadding padding, CancellationToken cancellationToken) =>
            service.AnswerAsync(() =>
            {
                byte[] signed = service.SignsWrongly ? [.. hash.ToArray().Reverse()] : hash.ToArray();
                lock (rsa) return rsa.SignHash(signed, algorithm, padding);
            }, cancellationToken);

        public ValueTask<byte[]?> UnwrapAsync(ReadOnlyMemory<byte> wrappedKey, CancellationToken cancellationToken) =>
            service.AnswerAsync<byte[]?>(() =>
            {
                try
                {
                    lock (rsa) return rsa.Decrypt(wrappedKey.Span, RSAEncryptionPadding.OaepSHA256);
                }
                catch (CryptographicException)
                {
                    return null;
                }
            }, cancellationToken);
    }
}
