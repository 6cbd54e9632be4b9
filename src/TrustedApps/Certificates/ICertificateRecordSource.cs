namespace TrustedApps.Certificates;

/// <summary>
/// Holds the certificate records that a <see cref="CertificateRefresher"/> keeps up to date, such as those of the
/// trusts in a database. Implement it together with a trust store. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Nodes that share a database share its records. A claim is an atomic change of the record's next fetch, so one node
/// fetches each certificate. An exception other than the ones listed ends the step; the refresher logs it and continues
/// with the next record.
/// </remarks>
public interface ICertificateRecordSource
{
    /// <summary>The records that are at hand in memory, for metrics: none of them costs a wait.</summary>
    IEnumerable<CertificateRecord> Records => [];

    /// <summary>
    /// Claims the certificates whose next fetch is due. Each claim moves the next fetch to
    /// <see cref="RefreshSchedule.Retry"/>, so that a fetch that fails is retried then.
    /// </summary>
    /// <param name="now">The present time.</param>
    /// <param name="cancellationToken">Cancels the claim.</param>
    /// <returns>
    /// The ids of the applications that this caller has claimed. Records without a base URL are never due.
    /// </returns>
    Task<IReadOnlyList<string>> ClaimDueAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Claims a certificate that is not due because a request named an unknown key. The claim leaves the time of the
    /// next fetch as it is: otherwise strangers could choose it.
    /// </summary>
    /// <param name="applicationId">The application id, as the request named it.</param>
    /// <param name="now">The present time.</param>
    /// <param name="cancellationToken">Cancels the claim.</param>
    /// <returns>
    /// Whether this caller has claimed it: false if there is no such record, if it has no base URL, or if an earlier
    /// claim is less than <see cref="RefreshSchedule.SuspicionInterval"/> old.
    /// </returns>
    Task<bool> ClaimSuspectAsync(string applicationId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Finds the records that hold a replacement whose next check is due. The refresher claims each check by a change
    /// of the record, so one node counts it.
    /// </summary>
    /// <param name="now">The present time.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>
    /// The ids of the applications whose record has a <see cref="CertificateRecord.Pending"/> with a
    /// <see cref="PendingCertificate.NextCheckAt"/> that is reached, or is more than 3 hours ahead: a clock that has
    /// been corrected since has set such a time.
    /// </returns>
    Task<IReadOnlyList<string>> FindDueChecksAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Finds a record.</summary>
    /// <param name="applicationId">The application id.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The record; null if there is none.</returns>
    Task<CertificateRecord?> FindAsync(string applicationId, CancellationToken cancellationToken);

    /// <summary>Replaces a record by what a change makes of it. No other change to the record may be lost.</summary>
    /// <param name="applicationId">The application id.</param>
    /// <param name="change">
    /// Returns the new record for the present one, and the same instance if there is nothing to change. It has no side
    /// effects that count, so it can be called again with a newer record.
    /// </param>
    /// <param name="cancellationToken">Cancels the change.</param>
    /// <returns>Whether the record exists, and has the change now.</returns>
    /// <exception cref="CertificateException">
    /// The new record must not be stored; the message says why. The old one stays.
    /// </exception>
    Task<bool> ChangeAsync(
        string applicationId,
        Func<CertificateRecord, CertificateRecord> change,
        CancellationToken cancellationToken);

    /// <summary>Sets the time of the next fetch, after one that succeeded. Without a record it does nothing.</summary>
    /// <param name="applicationId">The application id.</param>
    /// <param name="nextFetch">The time.</param>
    /// <param name="cancellationToken">Cancels the change.</param>
    /// <returns>A task that completes when the time is set.</returns>
    Task ScheduleAsync(string applicationId, DateTimeOffset nextFetch, CancellationToken cancellationToken);
}
