using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using TrustedApps.Client;

namespace TrustedApps.Certificates;

/// <summary>
/// When the certificate on record of one other application is to be fetched again: every 24 hours with jitter, and when
/// something points to new keys at most once in 5 minutes (specification version-4.md, section 2). Safe for concurrent use.
/// </summary>
internal sealed class CertificateWatch
{
    private static readonly TimeSpan _interval = TimeSpan.FromHours(24); // jitter only subtracts: retired keys are kept for this long
    private static readonly TimeSpan _intervalAfterFailure = TimeSpan.FromHours(1);
    private static readonly TimeSpan _suspicionInterval = TimeSpan.FromMinutes(5);

    private long _due; // ticks of UTC
    private long _suspicionFrom;

    public CertificateWatch(DateTimeOffset now) => Schedule(now, _interval);

    public bool IsDue(DateTimeOffset now) => IsReached(Volatile.Read(ref _due), _interval, now);

    /// <summary>What was fetched could not be kept: it is fetched again soon.</summary>
    public void Again(DateTimeOffset now) => Volatile.Write(ref _due, now.UtcTicks);

    /// <summary>It is being fetched again: should that not come about, it is not tried again at once.</summary>
    public void Postpone(DateTimeOffset now) => Schedule(now, _intervalAfterFailure);

    /// <summary>Something points to new keys; whether it is to be fetched again at once.</summary>
    public bool Suspect(DateTimeOffset now)
    {
        long from = Volatile.Read(ref _suspicionFrom);
        if (!IsReached(from, _suspicionInterval, now) || Interlocked.CompareExchange(ref _suspicionFrom, (now + _suspicionInterval).UtcTicks, from) != from) return false;
        Volatile.Write(ref _due, now.UtcTicks);
        return true;
    }

    /// <summary>Fetches the certificate again. A fetch that fails changes nothing on record.</summary>
    /// <returns>The record to keep.</returns>
    public async Task<CertificateRecord> RefreshAsync(
        CertificateRecord record, CertificateClient client, DateTimeOffset now, TimeSpan? hold, ILogger logger, CancellationToken cancellationToken)
    {
        Postpone(now);
        CertificateOffer offer;
        try
        {
            offer = record.Offer(await client.FetchAsync(record.BaseUrl!.Uri, cancellationToken).ConfigureAwait(false), now, hold);
        }
        catch (CertificateException cause)
        {
            logger.CertificateNotFetched(record.Id, cause.Message);
            if (record.NeedsWarning(now)) logger.CertificateUnconfirmed(record.Id, record.LastConfirmedAt);
            return record;
        }

        Log(offer, record.Id, logger);
        if (offer.Outcome != OfferOutcome.Rejected) Schedule(now, _interval);
        else if (record.NeedsWarning(now)) logger.CertificateUnconfirmed(record.Id, record.LastConfirmedAt);
        return offer.Record;
    }

    // Also when it lies further ahead than it was ever set: then the clock was wrong in between.
    private static bool IsReached(long ticks, TimeSpan interval, DateTimeOffset now) => now.UtcTicks >= ticks || ticks - now.UtcTicks > interval.Ticks;

    private static void Log(CertificateOffer offer, string id, ILogger logger)
    {
        if (offer.Outcome == OfferOutcome.Replaced) logger.KeysReplaced(id, string.Join(", ", offer.Record.SigningKeys));
        else if (offer.Outcome == OfferOutcome.Held) logger.KeysHeld(id, string.Join(", ", offer.Record.Pending!.Certificate.SigningKeys), offer.Record.Pending.TakesEffectAt);
        else if (offer.Outcome == OfferOutcome.Rejected) logger.KeysRejected(id, offer.Problem!);
    }

    private void Schedule(DateTimeOffset now, TimeSpan interval)
    {
        int jitter = RandomNumberGenerator.GetInt32((int)(interval.TotalSeconds / 10));
        Volatile.Write(ref _due, (now + interval - TimeSpan.FromSeconds(jitter)).UtcTicks);
    }
}
