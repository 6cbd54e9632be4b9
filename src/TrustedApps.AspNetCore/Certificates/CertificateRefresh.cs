using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TrustedApps.Certificates;
using TrustedApps.Client;

namespace TrustedApps.AspNetCore.Certificates;

/// <summary>
/// Keeps the certificates on record of one scheme's trusts up to date while the host runs, never while a request waits.
/// </summary>
internal sealed class CertificateRefresh(InMemoryTrustStore trusts, CertificateClient client, TimeSpan hold, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan _pace = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, CertificateWatch> _watches = new(StringComparer.Ordinal);
    private readonly Channel<string> _requests = Channel.CreateBounded<string>(new BoundedChannelOptions(100) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>A grant named an unknown key: the certificate is fetched again, at most once in 5 minutes.</summary>
    public void RequestFor(string applicationId)
    {
        if (trusts.Find(applicationId)?.Record?.BaseUrl is not null && WatchOf(applicationId).Suspect(time.GetUtcNow())) _requests.Writer.TryWrite(applicationId);
    }

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (TrustedApplication trust in trusts.Trusts) WatchOf(trust.Id); // the 24 hours count from now
        return Task.WhenAll(RunByTimeAsync(cancellationToken), RunByRequestAsync(cancellationToken));
    }

    public void Dispose() => client.Dispose();

    /// <summary>One round: fetches what is due, and lets holds end.</summary>
    internal async Task RefreshDueAsync(CancellationToken cancellationToken)
    {
        foreach (TrustedApplication trust in trusts.Trusts.Where(trust => trust.Record is not null))
        {
            DateTimeOffset now = time.GetUtcNow();
            if (trust.Record!.BaseUrl is not null && WatchOf(trust.Id).IsDue(now)) await RefreshAsync(trust, cancellationToken);
            else Keep(trust, trust.Record.Advance(now));
        }
    }

    private async Task RunByTimeAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_pace, time);
        while (await timer.WaitForNextTickAsync(cancellationToken)) await RefreshDueAsync(cancellationToken);
    }

    private async Task RunByRequestAsync(CancellationToken cancellationToken)
    {
        await foreach (string id in _requests.Reader.ReadAllAsync(cancellationToken))
        {
            if (trusts.Find(id) is { Record.BaseUrl: not null } trust) await RefreshAsync(trust, cancellationToken);
        }
    }

    // Whatever one application serves must not keep the others from rotating.
    private async Task RefreshAsync(TrustedApplication trust, CancellationToken cancellationToken)
    {
        try
        {
            Keep(trust, await WatchOf(trust.Id).RefreshAsync(trust.Record!, client, time.GetUtcNow(), hold, logger, cancellationToken));
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            logger.RefreshFailed(trust.Id, problem);
        }
    }

    // Only what other code did not change meanwhile; and never a key that serves an older version as well.
    private void Keep(TrustedApplication trust, CertificateRecord record)
    {
        if (ReferenceEquals(record, trust.Record)) return;
        if (trust.Legacy is { } legacy && record.Lists(legacy.PublicKey)) logger.KeysRejected(trust.Id, "The certificate lists the application's legacy key, and a signature by one would stand for the other.");
        else if (!trusts.TryReplace(trust, trust.With(record))) WatchOf(trust.Id).Again(time.GetUtcNow());
    }

    private CertificateWatch WatchOf(string id) => _watches.GetOrAdd(id, static (_, time) => new CertificateWatch(time.GetUtcNow()), time);
}
