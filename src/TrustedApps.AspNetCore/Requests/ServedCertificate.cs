using Microsoft.Extensions.Logging;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// The certificate of version 4 as it is served. It is signed once and cached until its content changes, so that
/// requests of strangers do not make this application sign: not even with a key that fails, which is asked again after
/// 5 seconds.
/// </summary>
internal sealed class ServedCertificate(string? name, TimeProvider time, ILogger logger)
{
    /// <summary>The time after which a key that failed is asked again.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan _longestKey = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private Entry? _entry;

    /// <summary>Returns the document; null if there are no keys for it.</summary>
    /// <exception cref="PrivateKeyException">A key that is not in this process failed.</exception>
    /// <exception cref="TimeoutException">It did not answer within 10 seconds.</exception>
    public async ValueTask<byte[]?> FindAsync(ApplicationKeys keys, CancellationToken cancellationToken)
    {
        if (!keys.HasVersion4Keys) return null;
        Task<byte[]> signing;
        lock (_gate)
        {
            DateTimeOffset issuedAt = keys.CertificateChangedAt(time.GetUtcNow());
            if (_entry is not { } kept || !kept.IsOf(keys, issuedAt) || kept.MayRetry(time))
            {
                kept = _entry = new Entry(keys, issuedAt, SignAsync(keys), time.GetTimestamp());
            }

            signing = kept.Signing;
        }

        return await signing.WaitAsync(cancellationToken); // the signature serves other requests, too
    }

    private async Task<byte[]> SignAsync(ApplicationKeys keys)
    {
        var ended = new CancellationTokenSource(); // without a timer: nothing to dispose
        Task<ApplicationCertificate> signing = keys.ToCertificateAsync(name, time, ended.Token).AsTask();
        try
        {
            ApplicationCertificate certificate = await signing.WaitAsync(_longestKey, time, CancellationToken.None);
            return certificate.ToBytes();
        }
        catch (Exception cause) when (cause is PrivateKeyException or TimeoutException)
        {
            _ = ended.CancelAsync(); // a key that honours its token frees its place among those under way
            _ = signing.ContinueWith( // observed
                static late => late.Exception,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            logger.CertificateNotSigned(keys.Id, cause.Message);
            throw;
        }
    }

    private sealed record Entry(ApplicationKeys Keys, DateTimeOffset IssuedAt, Task<byte[]> Signing, long Begun)
    {
        public bool MayRetry(TimeProvider time) =>
            Signing is { IsCompleted: true, IsCompletedSuccessfully: false } && time.GetElapsedTime(Begun) >= Pause;

        public bool IsOf(ApplicationKeys keys, DateTimeOffset issuedAt) =>
            IssuedAt == issuedAt && ReferenceEquals(Keys, keys);
    }
}
