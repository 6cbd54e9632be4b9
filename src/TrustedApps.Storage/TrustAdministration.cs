using TrustedApps.Certificates;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage;

/// <summary>
/// Administers the trusts of a store. Each change is one transaction, together with its entry in the audit trail. A
/// change that is based on an outdated version is rejected. Safe for concurrent use.
/// </summary>
public sealed class TrustAdministration
{
    /// <summary>The action of a refreshed certificate.</summary>
    internal const string RefreshAction = "certificate.refresh";

    /// <summary>The action of a removed key.</summary>
    internal const string RemoveKeyAction = "certificate.remove-key";

    /// <summary>The action of a certificate that an administrator replaced.</summary>
    internal const string ReplaceAction = "certificate.replace";

    private const int MaxPage = 1000;

    private readonly StoreDatabase _database;
    private readonly StoreWriter _writer;
    private readonly TimeProvider _time;
    private readonly Func<string, bool> _isConfigured;
    private readonly Func<string?> _ownId;

    internal TrustAdministration(
        StoreDatabase database,
        StoreWriter writer,
        TimeProvider time,
        Func<string, bool> isConfigured,
        Func<string?> ownId
    )
    {
        (_database, _writer, _time) = (database, writer, time);
        (_isConfigured, _ownId) = (isConfigured, ownId);
    }

    /// <summary>Lists trusts by id.</summary>
    /// <param name="search">A part of the id or name, case-sensitive; null or empty for all.</param>
    /// <param name="skip">The number of trusts to skip.</param>
    /// <param name="take">The greatest number of trusts: 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <returns>The trusts.</returns>
    public async Task<TrustPage> ListAsync(string? search, int skip, int take, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        ArgumentOutOfRangeException.ThrowIfLessThan(take, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(take, MaxPage);
        if (search is not null && !StoreText.IsStorable(search)) return new TrustPage([], 0, []);
        await using StoreConnection connection = await _database.OpenAsync(cancellationToken);
        var find = new SqlFragment(connection.IsSqlite ? "instr" : "strpos"); // LIKE would give % and _ a meaning
        string part = search ?? "";
        List<TrustRow> page = await connection.QueryAsync(
            $"""
             SELECT {TrustRow.Columns} FROM trusted_apps_trusts
             WHERE terms IS NOT NULL AND ({part} = '' OR {find}(id, {part}) > 0 OR {find}(name, {part}) > 0)
             ORDER BY id LIMIT {take} OFFSET {skip}
             """,
            TrustRow.Read,
            cancellationToken).ToListAsync(cancellationToken);
        long total = await connection.ReadNumberAsync(
            $"""
             SELECT count(*) FROM trusted_apps_trusts
             WHERE terms IS NOT NULL AND ({part} = '' OR {find}(id, {part}) > 0 OR {find}(name, {part}) > 0)
             """,
            cancellationToken);

        var trusts = new List<StoredTrust>();
        var unreadable = new List<string>();
        foreach (TrustRow row in page)
        {
            if (row.TryToTrust(out StoredTrust? trust)) trusts.Add(trust);
            else unreadable.Add(row.Id);
        }

        return new TrustPage(trusts, (int)total, unreadable);
    }

    /// <summary>Finds a trust.</summary>
    /// <param name="id">The application id.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <returns>The trust; null if there is none.</returns>
    /// <exception cref="FormatException">The row cannot be read.</exception>
    public async Task<StoredTrust?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!StoreText.IsStorable(id)) return null;
        await using StoreConnection connection = await _database.OpenAsync(cancellationToken);
        return await connection.FindRowAsync(id, cancellationToken) is { Terms: not null } row ? row.ToTrust() : null;
    }

    /// <summary>Adds a trust that an administrator has confirmed. A trust on record is never replaced.</summary>
    /// <param name="trust">The trust.</param>
    /// <param name="administrator">The administrator who confirmed it.</param>
    /// <param name="cancellationToken">Cancels the change.</param>
    /// <returns>The trust.</returns>
    /// <exception cref="AdministrationException">
    /// The id is on record already, in the store or in configuration, or it is this application's own.
    /// </exception>
    public Task<StoredTrust> AddAsync(
        TrustedApplication trust,
        string administrator,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(trust);
        ArgumentException.ThrowIfNullOrEmpty(administrator);
        TrustChanges.RequireName(trust.Name);
        TrustChanges.RequireFuture(earlier: null, trust.Record is null ? null : trust.Legacy, _time.GetUtcNow());
        if (!StoreText.IsStorable(trust.Id))
        {
            throw new AdministrationException(
                AdministrationProblem.Invalid,
                "The application id must be well-formed Unicode text without NUL: no request can name another."
            );
        }

        if (_isConfigured(trust.Id))
        {
            throw new AdministrationException(
                AdministrationProblem.Exists,
                $"'{trust.Id}' is trusted by this application's configuration (TrustedApps:Applications). Remove it there first."
            );
        }

        return _writer.WriteAsync(
            async (connection, number) =>
            {
                DateTimeOffset now = _time.GetUtcNow();
                await connection.RequireOtherAsync(trust.Id, _ownId(), cancellationToken);
                TrustRow? known = await connection.FindRowAsync(trust.Id, cancellationToken);
                if (known?.Terms is not null)
                {
                    throw new AdministrationException(
                        AdministrationProblem.Exists,
                        $"'{trust.Id}' is trusted already. Edit that trust; if the application has new keys, replace its certificate there."
                    );
                }

                TrustRow row = (known ?? new TrustRow { Id = trust.Id }).With(trust, number, now) with
                {
                    AddedAt = now,
                    AddedBy = administrator,
                };
                await connection.InsertAsync(row, cancellationToken);
                StoredTrust added = row.ToTrust();
                await AddAuditAsync(connection, "trust.add", null, added, administrator, now, cancellationToken);
                return added;
            },
            cancellationToken
        );
    }

    /// <summary>Changes name and conditions.</summary>
    /// <param name="id">The application id.</param>
    /// <param name="version">The version that the edit is based on.</param>
    /// <param name="edit">The new name and conditions.</param>
    /// <param name="administrator">The administrator.</param>
    /// <param name="cancellationToken">Cancels the change.</param>
    /// <returns>The trust.</returns>
    /// <exception cref="AdministrationException">
    /// There is no such trust, it was changed since that version, or the edit is not valid.
    /// </exception>
    public Task<StoredTrust> EditAsync(
        string id,
        long version,
        TrustEdit edit,
        string administrator,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(edit);
        TrustChanges.RequireName(edit.Name);
        return ChangeAsync(
            "trust.edit",
            id,
            version,
            trust => TrustChanges.Edit(trust, edit, _time.GetUtcNow()),
            administrator,
            cancellationToken
        );
    }

    /// <summary>Suspends a trust: it stays on record, and its requests are refused on every node.</summary>
    /// <param name="id">The application id.</param>
    /// <param name="version">The version that the change is based on; null for the current one.</param>
    /// <param name="administrator">The administrator.</param>
    /// <param name="cancellationToken">Cancels the change.</param>
    /// <returns>The trust.</returns>
    /// <exception cref="AdministrationException">
    /// There is no such trust, or it was changed since that version.
    /// </exception>
    public Task<StoredTrust> SuspendAsync(
        string id,
        long? version,
        string administrator,
        CancellationToken cancellationToken
    ) => ChangeAsync("trust.suspend", id, version, TrustChanges.Suspend, administrator, cancellationToken);

    /// <summary>Ends a suspension.</summary>
    /// <inheritdoc cref="SuspendAsync"/>
    public Task<StoredTrust> ResumeAsync(
        string id,
        long? version,
        string administrator,
        CancellationToken cancellationToken
    ) => ChangeAsync("trust.resume", id, version, TrustChanges.Resume, administrator, cancellationToken);

    /// <summary>Puts the pending certificate into effect now.</summary>
    /// <inheritdoc cref="SuspendAsync"/>
    public Task<StoredTrust> ConfirmCertificateAsync(
        string id,
        long? version,
        string administrator,
        CancellationToken cancellationToken
    ) =>
        ChangeRecordAsync(
            "certificate.confirm",
            id,
            version,
            record => record.Confirm(_time.GetUtcNow()),
            administrator,
            cancellationToken
        );

    /// <summary>Rejects the pending certificate. Its keys are not offered again.</summary>
    /// <inheritdoc cref="SuspendAsync"/>
    public Task<StoredTrust> RejectCertificateAsync(
        string id,
        long? version,
        string administrator,
        CancellationToken cancellationToken
    ) =>
        ChangeRecordAsync(
            "certificate.reject",
            id,
            version,
            record => record.Reject(),
            administrator,
            cancellationToken
        );

    /// <summary>Restores the certificate before the current one.</summary>
    /// <inheritdoc cref="SuspendAsync"/>
    public Task<StoredTrust> RestoreCertificateAsync(
        string id,
        long? version,
        string administrator,
        CancellationToken cancellationToken
    ) =>
        ChangeRecordAsync(
            "certificate.restore",
            id,
            version,
            record => record.Restore(),
            administrator,
            cancellationToken
        );

    /// <summary>Removes a key of an application, at once and permanently.</summary>
    /// <param name="id">The application id.</param>
    /// <param name="version">The version that the change is based on; null for the current one.</param>
    /// <param name="thumbprint">The key's thumbprint.</param>
    /// <param name="administrator">The administrator.</param>
    /// <param name="cancellationToken">Cancels the change.</param>
    /// <returns>The trust.</returns>
    /// <exception cref="AdministrationException">
    /// There is no such trust or key, or the trust was changed since that version.
    /// </exception>
    public Task<StoredTrust> RemoveKeyAsync(
        string id,
        long? version,
        string thumbprint,
        string administrator,
        CancellationToken cancellationToken
    ) =>
        ChangeRecordAsync(
            RemoveKeyAction,
            id,
            version,
            record => TrustChanges.RemoveKey(record, thumbprint),
            administrator,
            cancellationToken
        );

    /// <summary>
    /// Replaces the certificate on record, even by one that no key on record vouches for: the administrator has
    /// compared its fingerprints.
    /// </summary>
    /// <param name="id">The application id.</param>
    /// <param name="version">The version that the change is based on.</param>
    /// <param name="found">The certificate.</param>
    /// <param name="readmitRemovedKeys">
    /// Whether keys that the certificate lists are trusted again although an administrator removed or rejected them
    /// (<see cref="FoundCertificate.FindReturningKeys"/>). If false, such a certificate changes nothing.
    /// </param>
    /// <param name="administrator">The administrator.</param>
    /// <param name="cancellationToken">Cancels the change.</param>
    /// <returns>The trust.</returns>
    /// <exception cref="AdministrationException">
    /// There is no such trust, it was changed since that version, the certificate is of another application or kind, or
    /// it lists keys that may not return.
    /// </exception>
    public Task<StoredTrust> ReplaceCertificateAsync(
        string id,
        long version,
        FoundCertificate found,
        bool readmitRemovedKeys,
        string administrator,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(found);
        return ChangeAsync(
            ReplaceAction,
            id,
            version,
            trust => TrustChanges.ReplaceCertificate(trust, found, readmitRemovedKeys, _time.GetUtcNow()),
            administrator,
            cancellationToken
        );
    }

    /// <summary>Removes a trust. Every node refuses the application from now on.</summary>
    /// <param name="id">The application id.</param>
    /// <param name="version">The version that the change is based on; null for the current one.</param>
    /// <param name="administrator">The administrator.</param>
    /// <param name="cancellationToken">Cancels the change.</param>
    /// <returns>A task that ends when the trust is removed.</returns>
    /// <exception cref="AdministrationException">
    /// There is no such trust, or it was changed since that version.
    /// </exception>
    public Task RemoveAsync(string id, long? version, string administrator, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(administrator);
        return _writer.WriteAsync(
            async (connection, number) =>
            {
                TrustRow row = await RequireRowAsync(connection, id, version, cancellationToken);
                DateTimeOffset now = _time.GetUtcNow();
                string? before = row.TryToTrust(out StoredTrust? removed)
                    ? TrustDocument.Of(removed, now).ToJson()
                    : row.Terms; // an unreadable one as it is
                await connection.AddAuditAsync(
                    new AuditEntry(0, now, administrator, "trust.remove", id, before, null),
                    cancellationToken
                );
                await connection.ClearAsync(row, number, now, cancellationToken);
                return true;
            },
            cancellationToken
        );
    }

    /// <summary>Changes the certificate record of a trust.</summary>
    internal Task<StoredTrust> ChangeRecordAsync(
        string action,
        string id,
        long? version,
        Func<CertificateRecord, CertificateRecord> change,
        string administrator,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            action,
            id,
            version,
            trust => TrustChanges.ChangeRecord(trust, change),
            administrator,
            cancellationToken
        );

    private Task<StoredTrust> ChangeAsync(
        string action,
        string id,
        long? version,
        Func<TrustedApplication, TrustedApplication> change,
        string administrator,
        CancellationToken cancellationToken
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(administrator);
        return _writer.WriteAsync(
            async (connection, number) =>
            {
                TrustRow row = await RequireRowAsync(connection, id, version, cancellationToken);
                if (!row.TryToTrust(out StoredTrust? before))
                {
                    throw new AdministrationException(
                        AdministrationProblem.Invalid,
                        $"The trust of '{row.Id}' cannot be read, so its requests are refused. Was it written by a newer version of this program? Otherwise remove it and add it again."
                    );
                }

                DateTimeOffset now = _time.GetUtcNow();
                TrustedApplication changed = change(before.Trust);
                if (ReferenceEquals(changed, before.Trust)) return before;
                TrustRow written = row.With(changed, number, now);
                await connection.UpdateAsync(written, cancellationToken);
                StoredTrust after = written.ToTrust();
                bool isMereConfirmation =
                    action == RefreshAction && TrustChanges.IsMereConfirmation(before.Trust, changed);
                if (!isMereConfirmation)
                {
                    await AddAuditAsync(connection, action, before, after, administrator, now, cancellationToken);
                }

                return after;
            },
            cancellationToken
        );
    }

    private static async Task<TrustRow> RequireRowAsync(
        StoreConnection connection,
        string id,
        long? version,
        CancellationToken cancellationToken
    )
    {
        TrustRow? found = StoreText.IsStorable(id) ? await connection.FindRowAsync(id, cancellationToken) : null;
        if (found?.Terms is null)
        {
            throw new AdministrationException(AdministrationProblem.NotFound, $"'{id}' is not trusted by this store.");
        }

        if (version is null || found.Version == version) return found;
        throw new AdministrationException(
            AdministrationProblem.Changed,
            $"The trust of '{id}' was changed since you read it. Read it again, then repeat your change."
        );
    }

    private static Task AddAuditAsync(
        StoreConnection connection,
        string action,
        StoredTrust? before,
        StoredTrust after,
        string administrator,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        connection.AddAuditAsync(
            new AuditEntry(
                0,
                now,
                administrator,
                action,
                after.Id,
                before is null ? null : TrustDocument.Of(before, now).ToJson(),
                TrustDocument.Of(after, now).ToJson()
            ),
            cancellationToken
        );
}
