using TrustedApps.Certificates;

namespace TrustedApps.Storage.Certificates;

/// <summary>The certificate records of the store's trusts. The nodes of a store claim each fetch in the database.</summary>
internal sealed class DatabaseRecordSource(TrustAdministration trusts, CertificateFetches fetches) : ICertificateRecordSource
{
    private const string Administrator = "(by itself)";

    public Task<IReadOnlyList<string>> ClaimDueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        fetches.ClaimDueAsync(now, cancellationToken);

    public Task<bool> ClaimSuspectAsync(string applicationId, DateTimeOffset now, CancellationToken cancellationToken) =>
        fetches.ClaimSuspectAsync(applicationId, now, cancellationToken);

    public Task<IReadOnlyList<string>> FindEndedHoldsAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        fetches.FindEndedHoldsAsync(now, cancellationToken);

    public async Task<CertificateRecord?> FindAsync(string applicationId, CancellationToken cancellationToken) =>
        (await trusts.FindAsync(applicationId, cancellationToken).ConfigureAwait(false))?.Trust.Record;

    public async Task<bool> ChangeAsync(
        string applicationId,
        CertificateRefreshStep step,
        Func<CertificateRecord, CertificateRecord> change,
        CancellationToken cancellationToken)
    {
        string action = step == CertificateRefreshStep.Fetched ? TrustAdministration.RefreshAction : "certificate.takes-effect";
        try
        {
            await trusts.ChangeRecordAsync(action, applicationId, version: null, change, Administrator, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (AdministrationException removed) when (removed.Problem == AdministrationProblem.NotFound)
        {
            return false;
        }
        catch (AdministrationException invalid)
        {
            throw new CertificateException(invalid.Message, invalid);
        }
    }

    public Task ScheduleAsync(string applicationId, DateTimeOffset next, CancellationToken cancellationToken) =>
        fetches.ScheduleAsync(applicationId, next, cancellationToken);
}
