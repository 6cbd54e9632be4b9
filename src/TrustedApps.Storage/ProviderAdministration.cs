using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TrustedApps.Certificates;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage;

/// <summary>The providers that this application may ask, whose certificates administrators have compared. Safe for concurrent use.</summary>
public sealed class ProviderAdministration
{
    private readonly StoreDatabase _database;
    private readonly StoreWriter _writer;
    private readonly TimeProvider _time;

    internal ProviderAdministration(StoreDatabase database, StoreWriter writer, TimeProvider time) => (_database, _writer, _time) = (database, writer, time);

    /// <summary>Lists the providers by base URL.</summary>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <returns>The providers; without those whose rows cannot be read, which <see cref="TrustedAppsStore.CheckAsync"/> names.</returns>
    public async Task<IReadOnlyList<StoredProvider>> ListAsync(CancellationToken cancellationToken)
    {
        await using StoreContext context = _database.CreateContext();
        List<ProviderRow> rows = await context.Providers.AsNoTracking().OrderBy(row => row.BaseUrl).ToListAsync(cancellationToken);
        return [.. rows.Select(Find).OfType<StoredProvider>()];
    }

    /// <summary>Finds the provider of a base URL.</summary>
    /// <param name="baseUrl">The base URL.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <returns>The provider; null if there is none.</returns>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public async Task<StoredProvider?> FindAsync(BaseUrl baseUrl, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(baseUrl);
        await using StoreContext context = _database.CreateContext();
        return await context.Providers.AsNoTracking().SingleOrDefaultAsync(row => row.BaseUrl == baseUrl.Text, cancellationToken) is { } row ? Read(row) : null;
    }

    /// <summary>Pins the certificate of a provider. One that is pinned is never replaced: remove it first.</summary>
    /// <param name="found">The certificate whose fingerprints were compared.</param>
    /// <param name="administrator">Who compared them.</param>
    /// <param name="cancellationToken">Ends the change.</param>
    /// <returns>The provider.</returns>
    /// <exception cref="AdministrationException">It is pinned already; or another provider has its id or one of its keys; or it speaks older versions only, which need no pinning.</exception>
    public Task<StoredProvider> AddAsync(FoundCertificate found, string administrator, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentException.ThrowIfNullOrEmpty(administrator);
        if (found.Certificate is not { } certificate) throw new AdministrationException(AdministrationProblem.Invalid, "That application has no certificate of version 4. Older versions encrypt nothing for the provider: name the version in the configuration of the client.");
        return _writer.WriteAsync(
            async (context, _) =>
            {
                DateTimeOffset now = _time.GetUtcNow();
                List<ProviderRow> known = await context.Providers.AsNoTracking().ToListAsync(cancellationToken);
                RequireNew(found, certificate, [.. known.Select(Find).OfType<StoredProvider>()]);
                var record = CertificateRecord.Establish(certificate, found.BaseUrl, now);
                var row = new ProviderRow { BaseUrl = found.BaseUrl.Text, Record = TextOf(record), Version = 1, AddedAt = now, AddedBy = administrator };
                context.Providers.Add(row);
                AddAudit(context, "provider.add", row.BaseUrl, null, record, administrator, now);
                return Read(row);
            },
            cancellationToken);
    }

    /// <summary>Forgets a provider. Clients that are running notice it within a day, or when they are started again.</summary>
    /// <param name="baseUrl">Its base URL.</param>
    /// <param name="administrator">Who does it.</param>
    /// <param name="cancellationToken">Ends the change.</param>
    /// <returns>When it is done.</returns>
    /// <exception cref="AdministrationException">There is no such provider.</exception>
    public Task RemoveAsync(string baseUrl, string administrator, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(administrator);
        return _writer.WriteAsync(
            async (context, _) =>
            {
                ProviderRow row = await context.Providers.SingleOrDefaultAsync(known => known.BaseUrl == baseUrl, cancellationToken)
                    ?? throw new AdministrationException(AdministrationProblem.NotFound, $"No provider is pinned at {baseUrl}.");
                context.Providers.Remove(row);
                AddAudit(context, "provider.remove", baseUrl, Find(row)?.Record, null, administrator, _time.GetUtcNow());
                return true;
            },
            cancellationToken);
    }

    /// <summary>Keeps what came of a certificate that was fetched again, unless it was changed meanwhile.</summary>
    /// <param name="earlier">The record that the fetch began with.</param>
    /// <param name="record">The record to keep.</param>
    /// <param name="cancellationToken">Ends the change.</param>
    /// <returns>Whether it was kept.</returns>
    internal Task<bool> ReplaceAsync(CertificateRecord earlier, CertificateRecord record, CancellationToken cancellationToken) => _writer.WriteAsync(
        async (context, _) =>
        {
            ProviderRow? row = await context.Providers.SingleOrDefaultAsync(known => known.BaseUrl == earlier.BaseUrl!.Text, cancellationToken);
            if (row is null || row.Record != TextOf(earlier)) return false;
            row.Record = TextOf(record);
            row.Version++;
            return true;
        },
        cancellationToken);

    private static StoredProvider Read(ProviderRow row) =>
        new(BaseUrl.Parse(row.BaseUrl), CertificateRecord.Parse(Encoding.UTF8.GetBytes(row.Record)), row.AddedAt, row.AddedBy);

    private static StoredProvider? Find(ProviderRow row)
    {
        try
        {
            return Read(row);
        }
        catch (Exception unreadable) when (unreadable is FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static string TextOf(CertificateRecord record) => Encoding.UTF8.GetString(record.ToBytes());

    // Specification version-4.md, section 2: one of the two would not be what it says it is.
    private static void RequireNew(FoundCertificate found, ApplicationCertificate certificate, IReadOnlyList<StoredProvider> known)
    {
        foreach (StoredProvider other in known)
        {
            if (other.BaseUrl.Text == found.BaseUrl.Text) throw new AdministrationException(AdministrationProblem.Exists, $"A provider is pinned at {found.BaseUrl.Text} already. Its keys rotate by themselves; to begin anew, remove it first.");
            bool sharesKey = other.Record.Certificate.SigningKeys.Any(certificate.SigningKeys.Contains);
            if (other.Record.Id == certificate.Id && !sharesKey) throw new AdministrationException(AdministrationProblem.Exists, $"The provider at {other.BaseUrl.Text} has the id '{certificate.Id}' as well, with other keys: one of them is not what it says it is.");
            if (other.Record.Id != certificate.Id && sharesKey) throw new AdministrationException(AdministrationProblem.Exists, $"The provider at {other.BaseUrl.Text} has another id and one of these keys: one of them is not what it says it is.");
        }
    }

    private static void AddAudit(StoreContext context, string action, string subject, CertificateRecord? before, CertificateRecord? after, string administrator, DateTimeOffset now) =>
        context.Audit.Add(new AuditRow { At = now, Administrator = administrator, Action = action, Subject = subject, Before = Describe(before), After = Describe(after) });

    private static string? Describe(CertificateRecord? record) => record is null
        ? null
        : new System.Text.Json.Nodes.JsonObject
        {
            ["id"] = record.Id,
            ["signingKeys"] = new System.Text.Json.Nodes.JsonArray([.. record.SigningKeys.Select(key => (System.Text.Json.Nodes.JsonNode)key.Fingerprint)]),
        }.ToJsonString(JsonSerializerOptions.Default);
}
