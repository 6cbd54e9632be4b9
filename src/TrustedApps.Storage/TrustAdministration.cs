using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TrustedApps.Certificates;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Trusts;
using TrustedApps.Text;

namespace TrustedApps.Storage;

/// <summary>
/// An administrator's work on the trusts of a store. Each change is one transaction, together with its line in the audit
/// trail; two administrators never overwrite each other silently. Safe for concurrent use.
/// </summary>
public sealed class TrustAdministration
{
    /// <summary>The action of a certificate that was fetched again.</summary>
    internal const string RefreshAction = "certificate.refresh";

    private const int MaxPage = 1000;

    private readonly StoreDatabase _database;
    private readonly StoreWriter _writer;
    private readonly TimeProvider _time;
    private readonly Func<string, bool> _isConfigured;

    internal TrustAdministration(StoreDatabase database, StoreWriter writer, TimeProvider time, Func<string, bool> isConfigured) =>
        (_database, _writer, _time, _isConfigured) = (database, writer, time, isConfigured);

    /// <summary>Lists trusts by id.</summary>
    /// <param name="search">A part of id or name; null or empty for all.</param>
    /// <param name="skip">How many to leave out at the beginning.</param>
    /// <param name="take">How many at most: 1 to 1,000.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <returns>The trusts.</returns>
    public async Task<TrustPage> ListAsync(string? search, int skip, int take, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        ArgumentOutOfRangeException.ThrowIfLessThan(take, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(take, MaxPage);
        if (search is not null && !StoreText.IsStorable(search)) return new TrustPage([], 0, []);
        await using StoreContext context = _database.CreateContext();
        IQueryable<TrustRow> rows = context.Trusts.AsNoTracking().Where(row => row.Terms != null);
        if (!string.IsNullOrEmpty(search)) rows = rows.Where(row => row.Id.Contains(search) || row.Name.Contains(search));
        List<TrustRow> page = await rows.OrderBy(row => row.Id).Skip(skip).Take(take).ToListAsync(cancellationToken);

        var trusts = new List<StoredTrust>();
        var unreadable = new List<string>();
        foreach (TrustRow row in page)
        {
            if (TrustRows.TryRead(row, out StoredTrust? trust)) trusts.Add(trust);
            else unreadable.Add(row.Id);
        }

        return new TrustPage(trusts, await rows.CountAsync(cancellationToken), unreadable);
    }

    /// <summary>Finds a trust.</summary>
    /// <param name="id">The application id.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <returns>The trust; null if there is none.</returns>
    /// <exception cref="FormatException">Its row cannot be read.</exception>
    public async Task<StoredTrust?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!StoreText.IsStorable(id)) return null;
        await using StoreContext context = _database.CreateContext();
        return await context.Trusts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.Terms != null, cancellationToken) is { } row ? TrustRows.Read(row) : null;
    }

    /// <summary>Adds a trust that an administrator has confirmed. One that is on record is never replaced.</summary>
    /// <param name="trust">The trust.</param>
    /// <param name="administrator">Who confirmed it.</param>
    /// <param name="cancellationToken">Ends the change.</param>
    /// <returns>The trust.</returns>
    /// <exception cref="AdministrationException">The id is on record already, in the store or in configuration.</exception>
    public Task<StoredTrust> AddAsync(TrustedApplication trust, string administrator, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(trust);
        ArgumentException.ThrowIfNullOrEmpty(administrator);
        RequireName(trust.Name);
        if (!StoreText.IsStorable(trust.Id)) throw new AdministrationException(AdministrationProblem.Invalid, "The application id is no well-formed Unicode text, and no request can name it.");
        if (_isConfigured(trust.Id)) throw new AdministrationException(AdministrationProblem.Exists, $"'{trust.Id}' is trusted by this application's configuration (TrustedApps:Applications). Remove it there first.");
        return _writer.WriteAsync(
            async (context, number) =>
            {
                DateTimeOffset now = _time.GetUtcNow();
                TrustRow? row = await context.Trusts.SingleOrDefaultAsync(known => known.Id == trust.Id, cancellationToken);
                if (row?.Terms is not null) throw new AdministrationException(AdministrationProblem.Exists, $"'{trust.Id}' is trusted already. Edit that trust; if the application has new keys, replace its certificate there.");
                if (row is null) context.Trusts.Add(row = new TrustRow { Id = trust.Id });
                (row.AddedAt, row.AddedBy) = (now, administrator);
                TrustRows.Write(row, trust, number, now);
                StoredTrust added = TrustRows.Read(row);
                AddAudit(context, "trust.add", null, added, administrator, now);
                return added;
            },
            cancellationToken);
    }

    /// <summary>Changes name and conditions.</summary>
    /// <param name="id">The application id.</param>
    /// <param name="version">The version that the edit began with.</param>
    /// <param name="edit">What is to be.</param>
    /// <param name="administrator">Who does it.</param>
    /// <param name="cancellationToken">Ends the change.</param>
    /// <returns>The trust.</returns>
    /// <exception cref="AdministrationException">There is no such trust, somebody else has changed it, or the edit cannot be.</exception>
    public Task<StoredTrust> EditAsync(string id, long version, TrustEdit edit, string administrator, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(edit);
        RequireName(edit.Name);
        return ChangeAsync("trust.edit", id, version, trust => Apply(trust, edit), administrator, cancellationToken);
    }

    /// <summary>Suspends a trust: it stays on record, and its requests are refused on every node.</summary>
    /// <param name="id">The application id.</param>
    /// <param name="version">The version that was looked at; null for whichever there is.</param>
    /// <param name="administrator">Who does it.</param>
    /// <param name="cancellationToken">Ends the change.</param>
    /// <returns>The trust.</returns>
    /// <exception cref="AdministrationException">There is no such trust, or somebody else has changed it.</exception>
    public Task<StoredTrust> SuspendAsync(string id, long? version, string administrator, CancellationToken cancellationToken) =>
        ChangeAsync("trust.suspend", id, version, trust => Apply(trust, new TrustEdit(trust.Name, trust.Conditions, LegacyOf(trust)), isSuspended: true), administrator, cancellationToken);

    /// <summary>Ends a suspension.</summary>
    /// <inheritdoc cref="SuspendAsync"/>
    public Task<StoredTrust> ResumeAsync(string id, long? version, string administrator, CancellationToken cancellationToken) =>
        ChangeAsync("trust.resume", id, version, trust => Apply(trust, new TrustEdit(trust.Name, trust.Conditions, LegacyOf(trust)), isSuspended: false), administrator, cancellationToken);

    /// <summary>Confirms the certificate that waits, now.</summary>
    /// <inheritdoc cref="SuspendAsync"/>
    public Task<StoredTrust> ConfirmCertificateAsync(string id, long? version, string administrator, CancellationToken cancellationToken) =>
        ChangeRecordAsync("certificate.confirm", id, version, record => record.Confirm(_time.GetUtcNow()), administrator, cancellationToken);

    /// <summary>Rejects the certificate that waits: its keys are not offered again.</summary>
    /// <inheritdoc cref="SuspendAsync"/>
    public Task<StoredTrust> RejectCertificateAsync(string id, long? version, string administrator, CancellationToken cancellationToken) =>
        ChangeRecordAsync("certificate.reject", id, version, record => record.Reject(), administrator, cancellationToken);

    /// <summary>Puts back the certificate before this one.</summary>
    /// <inheritdoc cref="SuspendAsync"/>
    public Task<StoredTrust> RestoreCertificateAsync(string id, long? version, string administrator, CancellationToken cancellationToken) =>
        ChangeRecordAsync("certificate.restore", id, version, record => record.Restore(), administrator, cancellationToken);

    /// <summary>Removes a key of an application, at once and for good.</summary>
    /// <param name="id">The application id.</param>
    /// <param name="version">The version that was looked at; null for whichever there is.</param>
    /// <param name="thumbprint">The key's thumbprint.</param>
    /// <param name="administrator">Who does it.</param>
    /// <param name="cancellationToken">Ends the change.</param>
    /// <returns>The trust.</returns>
    /// <exception cref="AdministrationException">There is no such trust or key, or somebody else has changed it.</exception>
    public Task<StoredTrust> RemoveKeyAsync(string id, long? version, string thumbprint, string administrator, CancellationToken cancellationToken) =>
        ChangeRecordAsync("certificate.remove-key", id, version, record => RemoveKey(record, id, thumbprint), administrator, cancellationToken);

    /// <summary>Puts a certificate on record in the place of all that was, whoever vouches for it: the administrator has compared its fingerprints.</summary>
    /// <param name="id">The application id.</param>
    /// <param name="version">The version that was looked at.</param>
    /// <param name="found">The certificate.</param>
    /// <param name="administrator">Who does it.</param>
    /// <param name="cancellationToken">Ends the change.</param>
    /// <returns>The trust.</returns>
    /// <exception cref="AdministrationException">There is no such trust, somebody else has changed it, or the certificate is of another application or kind.</exception>
    public Task<StoredTrust> ReplaceCertificateAsync(string id, long version, FoundCertificate found, string administrator, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(found);
        if (found.Id != id) throw new AdministrationException(AdministrationProblem.Invalid, $"The certificate at {found.BaseUrl.Text} is of '{found.Id}', not of '{id}'.");
        return ChangeAsync("certificate.replace", id, version, trust => Replace(trust, found), administrator, cancellationToken);
    }

    /// <summary>Removes a trust: every node refuses the application from now on.</summary>
    /// <param name="id">The application id.</param>
    /// <param name="version">The version that was looked at; null for whichever there is.</param>
    /// <param name="administrator">Who does it.</param>
    /// <param name="cancellationToken">Ends the change.</param>
    /// <returns>When it is done.</returns>
    /// <exception cref="AdministrationException">There is no such trust, or somebody else has changed it.</exception>
    public Task RemoveAsync(string id, long? version, string administrator, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(administrator);
        return _writer.WriteAsync(
            async (context, number) =>
            {
                TrustRow row = await RequireRowAsync(context, id, version, cancellationToken);
                DateTimeOffset now = _time.GetUtcNow();
                string? before = TrustRows.TryRead(row, out StoredTrust? removed) ? TrustDocument.Of(removed, now).ToJson() : row.Terms; // also one that cannot be read
                context.Audit.Add(new AuditRow { At = now, Administrator = administrator, Action = "trust.remove", Subject = id, Before = before });
                TrustRows.Clear(row, number, now);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Makes a change that only those of <see cref="CertificateRecord"/> may make.</summary>
    internal Task<StoredTrust> ChangeRecordAsync(
        string action, string id, long? version, Func<CertificateRecord, CertificateRecord> change, string administrator, CancellationToken cancellationToken) => ChangeAsync(
            action,
            id,
            version,
            trust => trust.Record is { } record ? With(trust, change(record.Advance(_time.GetUtcNow()))) : throw new AdministrationException(AdministrationProblem.Invalid, $"'{id}' speaks older versions only: its one key is changed by removing the trust and adding it again."),
            administrator,
            cancellationToken);

    private Task<StoredTrust> ChangeAsync(
        string action, string id, long? version, Func<TrustedApplication, TrustedApplication> change, string administrator, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(administrator);
        return _writer.WriteAsync(
            async (context, number) =>
            {
                TrustRow row = await RequireRowAsync(context, id, version, cancellationToken);
                StoredTrust before = RequireReadable(row);
                DateTimeOffset now = _time.GetUtcNow();
                TrustedApplication changed = Try(() => change(before.Trust));
                if (ReferenceEquals(changed, before.Trust)) return before;
                TrustRows.Write(row, changed, number, now);
                StoredTrust after = TrustRows.Read(row);
                if (action != RefreshAction || !IsMereConfirmation(before.Trust, changed)) AddAudit(context, action, before, after, administrator, now);
                return after;
            },
            cancellationToken);
    }

    private static async Task<TrustRow> RequireRowAsync(StoreContext context, string id, long? version, CancellationToken cancellationToken)
    {
        TrustRow? found = StoreText.IsStorable(id) ? await context.Trusts.SingleOrDefaultAsync(known => known.Id == id && known.Terms != null, cancellationToken) : null;
        TrustRow row = found ?? throw new AdministrationException(AdministrationProblem.NotFound, $"'{id}' is not trusted by this store.");
        return version is null || row.Version == version
            ? row
            : throw new AdministrationException(AdministrationProblem.Changed, $"Somebody else has changed the trust of '{id}' meanwhile. Look at it again, and then at your change.");
    }

    private static StoredTrust RequireReadable(TrustRow row) => TrustRows.TryRead(row, out StoredTrust? trust)
        ? trust
        : throw new AdministrationException(AdministrationProblem.Invalid, $"The trust of '{row.Id}' cannot be read, so its requests are refused. Was it written by a newer version of this program? Otherwise remove it and add it again.");

    private static TrustedApplication Apply(TrustedApplication trust, TrustEdit edit, bool? isSuspended = null)
    {
        if (trust.Record is null && edit.Legacy is not null) throw new ArgumentException("The application speaks older versions only: its conditions are those of the trust.");
        bool suspended = isSuspended ?? trust.IsSuspended;
        return trust.Record is { } record
            ? new TrustedApplication(record, edit.Conditions, edit.Legacy) { Name = edit.Name, IsSuspended = suspended }
            : new TrustedApplication(trust.Id, trust.Legacy!.PublicKey, edit.Conditions) { Name = edit.Name, IsSuspended = suspended };
    }

    private TrustedApplication Replace(TrustedApplication trust, FoundCertificate found) => (trust.Record, found.Certificate) switch
    {
        (not null, { } certificate) => new TrustedApplication(trust.Record.Replace(certificate, found.BaseUrl, _time.GetUtcNow()), trust.Conditions, trust.Legacy) { Name = trust.Name, IsSuspended = trust.IsSuspended },
        (null, null) => new TrustedApplication(trust.Id, found.Legacy!.PublicKey, trust.Conditions) { Name = trust.Name, IsSuspended = trust.IsSuspended },
        _ => throw new ArgumentException("The application's certificate is of another kind than the one on record: remove the trust and add it again."),
    };

    private static CertificateRecord RemoveKey(CertificateRecord record, string id, string thumbprint)
    {
        try
        {
            return record.RemoveKey(thumbprint);
        }
        catch (ArgumentException)
        {
            throw new AdministrationException(AdministrationProblem.NotFound, $"No certificate of '{id}' on record lists a key with the thumbprint '{thumbprint}'.");
        }
    }

    private static TrustedApplication With(TrustedApplication trust, CertificateRecord record) => ReferenceEquals(trust.Record, record) ? trust : trust.With(record);

    // Each certificate is fetched daily, and mostly says what is known.
    private static bool IsMereConfirmation(TrustedApplication before, TrustedApplication after) => before.Record is { } known && after.Record is { } record
        && ReferenceEquals(before.Conditions, after.Conditions) && before.Name == after.Name && before.IsSuspended == after.IsSuspended
        && known.SigningKeys.SequenceEqual(record.SigningKeys) && known.EncryptionKeys.SequenceEqual(record.EncryptionKeys)
        && known.Pending == record.Pending && known.Replaced == record.Replaced && known.RemovedThumbprints.Count == record.RemovedThumbprints.Count;

    private static LegacyAccess? LegacyOf(TrustedApplication trust) => trust.Record is null ? null : trust.Legacy;

    private static void AddAudit(StoreContext context, string action, StoredTrust? before, StoredTrust after, string administrator, DateTimeOffset now) => context.Audit.Add(new AuditRow
    {
        At = now,
        Administrator = administrator,
        Action = action,
        Subject = after.Id,
        Before = before is null ? null : TrustDocument.Of(before, now).ToJson(),
        After = TrustDocument.Of(after, now).ToJson(),
    });

    private static void RequireName(string name)
    {
        if (!DisplayName.IsValid(name)) throw new AdministrationException(AdministrationProblem.Invalid, "A name is 1 to 255 characters without control and bidirectional-formatting characters.");
    }

    private static T Try<T>(Func<T> change)
    {
        try
        {
            return change();
        }
        catch (Exception mistake) when (mistake is ArgumentException or InvalidOperationException)
        {
            throw new AdministrationException(AdministrationProblem.Invalid, ForPeople(mistake));
        }
    }

    // Without the name of a parameter, which .NET puts behind it.
    private static string ForPeople(Exception mistake) => mistake is ArgumentException { ParamName: { } name }
        ? mistake.Message.Split($" (Parameter '{name}')", 2)[0]
        : mistake.Message;
}
