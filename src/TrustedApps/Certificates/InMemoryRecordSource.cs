using System.Collections.Concurrent;

namespace TrustedApps.Certificates;

/// <summary>
/// The records of the trusts of a store in memory, such as those of configuration. Safe for concurrent use.
/// </summary>
internal sealed class InMemoryRecordSource : ICertificateRecordSource
{
    private readonly InMemoryTrustStore _trusts;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, RefreshTimes> _times = new(StringComparer.Ordinal);

    public InMemoryRecordSource(InMemoryTrustStore trusts, TimeProvider time) => (_trusts, _time) = (trusts, time);

    public IEnumerable<CertificateRecord> Records =>
        _trusts.Trusts.Select(trust => trust.Record).OfType<CertificateRecord>();

    public Task<IReadOnlyList<string>> ClaimDueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        Task.FromResult(Select(trust => trust.Record?.BaseUrl is not null && TimesOf(trust).TryClaim(now)));

    public Task<bool> ClaimSuspectAsync(string applicationId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        bool isClaimed = _trusts.Find(applicationId) is { Record.BaseUrl: not null } trust
            && TimesOf(trust).TryClaimSuspect(now);
        return Task.FromResult(isClaimed);
    }

    public Task<IReadOnlyList<string>> FindDueChecksAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        Task.FromResult(Select(trust => trust.Record?.Pending?.IsCheckDue(now) == true));

    public Task<CertificateRecord?> FindAsync(string applicationId, CancellationToken cancellationToken) =>
        Task.FromResult(_trusts.Find(applicationId)?.Record);

    public Task<bool> ChangeAsync(
        string applicationId,
        Func<CertificateRecord, CertificateRecord> change,
        CancellationToken cancellationToken)
    {
        while (_trusts.Find(applicationId) is { Record: { } record } trust)
        {
            CertificateRecord changed = change(record);
            if (ReferenceEquals(changed, record)) return Task.FromResult(true);
            RequireNoLegacyKey(trust, changed);
            if (_trusts.TryReplace(trust, trust.With(changed))) return Task.FromResult(true);
        }

        return Task.FromResult(false);
    }

    public Task ScheduleAsync(string applicationId, DateTimeOffset nextFetch, CancellationToken cancellationToken)
    {
        if (_trusts.Find(applicationId) is { } trust) TimesOf(trust).Schedule(nextFetch);
        return Task.CompletedTask;
    }

    private static void RequireNoLegacyKey(TrustedApplication trust, CertificateRecord record)
    {
        if (trust.Legacy is not { } legacy || !record.Lists(legacy.PublicKey)) return;
        throw new CertificateException(
            "The certificate lists the application's legacy key, and a signature by one would stand for the other.");
    }

    private IReadOnlyList<string> Select(Func<TrustedApplication, bool> condition) =>
        [.. _trusts.Trusts.Where(condition).Select(trust => trust.Id)];

    // The interval counts from the last confirmation, also of a record that was kept while the process was down.
    private RefreshTimes TimesOf(TrustedApplication trust) => _times.GetOrAdd(
        trust.Id,
        static (_, state) => new RefreshTimes(state.trust.Record?.LastConfirmedAt ?? state._time.GetUtcNow()),
        (trust, _time));
}
