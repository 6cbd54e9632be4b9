using System.Text;
using System.Text.Json.Nodes;
using TrustedApps.Certificates;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage;

/// <summary>
/// Administers the providers to which this application sends requests. An administrator has compared the fingerprints
/// of each. Safe for concurrent use.
/// </summary>
public sealed class ProviderAdministration
{
    private readonly StoreDatabase _database;
    private readonly StoreWriter _writer;
    private readonly TimeProvider _time;
    private readonly Func<string?> _ownId;

    internal ProviderAdministration(
        StoreDatabase database, StoreWriter writer, TimeProvider time, Func<string?> ownId) =>
        (_database, _writer, _time, _ownId) = (database, writer, time, ownId);

    /// <summary>Lists the providers by base URL.</summary>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <returns>
    /// The providers, without rows that cannot be read: see <see cref="ListUnreadableAsync"/>.
    /// </returns>
    public async Task<IReadOnlyList<StoredProvider>> ListAsync(CancellationToken cancellationToken)
    {
        await using StoreConnection connection = await _database.OpenAsync(cancellationToken);
        List<ProviderRow> rows = await ListRowsAsync(connection, cancellationToken);
        return [.. rows.Select(TryRead).OfType<StoredProvider>()];
    }

    /// <summary>Lists the base URLs of providers whose rows cannot be read. They can only be removed.</summary>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <returns>The base URLs.</returns>
    public async Task<IReadOnlyList<string>> ListUnreadableAsync(CancellationToken cancellationToken)
    {
        await using StoreConnection connection = await _database.OpenAsync(cancellationToken);
        List<ProviderRow> rows = await ListRowsAsync(connection, cancellationToken);
        return [.. rows.Where(row => TryRead(row) is null).Select(row => row.BaseUrl)];
    }

    /// <summary>Finds the provider of a base URL.</summary>
    /// <param name="baseUrl">The base URL.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <returns>The provider; null if there is none.</returns>
    /// <exception cref="FormatException">The row cannot be read.</exception>
    public async Task<StoredProvider?> FindAsync(BaseUrl baseUrl, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(baseUrl);
        await using StoreConnection connection = await _database.OpenAsync(cancellationToken);
        if (await FindRowAsync(connection, baseUrl.Text, cancellationToken) is not { } row) return null;
        return TryRead(row) ?? throw new FormatException($"The provider at {row.BaseUrl} cannot be read.");
    }

    /// <summary>
    /// Pins the certificate of a provider. A pinned certificate is never replaced: remove the provider first.
    /// </summary>
    /// <param name="found">The certificate whose fingerprints were compared.</param>
    /// <param name="administrator">The administrator who compared them.</param>
    /// <param name="cancellationToken">Cancels the change.</param>
    /// <returns>The provider.</returns>
    /// <exception cref="AdministrationException">
    /// The provider is pinned already; it has this application's own id; another provider has its id or one of its
    /// keys; or it speaks older versions only, which need no pinned certificate.
    /// </exception>
    public Task<StoredProvider> AddAsync(
        FoundCertificate found,
        string administrator,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentException.ThrowIfNullOrEmpty(administrator);
        if (found.Certificate is not { } certificate)
        {
            throw new AdministrationException(
                AdministrationProblem.Invalid,
                "The application has no certificate of version 4. Older versions encrypt nothing for the provider, so nothing is pinned: name the version in the configuration of the client."
            );
        }

        return _writer.WriteAsync(
            async (connection, _) =>
            {
                DateTimeOffset now = _time.GetUtcNow();
                await connection.RequireOtherAsync(certificate.Id, _ownId(), cancellationToken);
                List<ProviderRow> known = await ListRowsAsync(connection, cancellationToken);
                if (known.Any(row => row.BaseUrl == found.BaseUrl.Text && TryRead(row) is null))
                {
                    throw new AdministrationException(
                        AdministrationProblem.Exists,
                        $"The provider at {found.BaseUrl.Text} is in the store and cannot be read. Remove it first."
                    );
                }

                RequireNew(found, certificate, [.. known.Select(TryRead).OfType<StoredProvider>()]);
                var record = CertificateRecord.Establish(certificate, found.BaseUrl, now);
                var row = new ProviderRow
                {
                    BaseUrl = found.BaseUrl.Text,
                    Record = TextOf(record),
                    Version = 1,
                    AddedAt = now,
                    AddedBy = administrator,
                };
                await connection.ExecuteAsync(
                    $"""
                    INSERT INTO trusted_apps_providers ({ProviderRow.Columns})
                    VALUES ({row.BaseUrl}, {row.Record}, {row.Version}, {row.AddedAt}, {row.AddedBy})
                    """,
                    cancellationToken
                );
                await connection.AddAuditAsync(
                    new AuditEntry(0, now, administrator, "provider.add", row.BaseUrl, null, Describe(record)),
                    cancellationToken
                );
                return Read(row);
            },
            cancellationToken
        );
    }

    /// <summary>
    /// Removes a provider. Running clients use its certificate for up to a day, or until they restart.
    /// </summary>
    /// <param name="baseUrl">The base URL.</param>
    /// <param name="administrator">The administrator.</param>
    /// <param name="cancellationToken">Cancels the change.</param>
    /// <returns>A task that ends when the provider is removed.</returns>
    /// <exception cref="AdministrationException">There is no such provider.</exception>
    public Task RemoveAsync(string baseUrl, string administrator, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(administrator);
        return _writer.WriteAsync(
            async (connection, _) =>
            {
                ProviderRow row =
                    await FindRowAsync(connection, baseUrl, cancellationToken)
                    ?? throw new AdministrationException(
                        AdministrationProblem.NotFound,
                        $"No provider is pinned at {baseUrl}."
                    );
                await connection.ExecuteAsync(
                    $"DELETE FROM trusted_apps_providers WHERE base_url = {baseUrl}",
                    cancellationToken
                );
                string? before = TryRead(row) is { } removed ? Describe(removed.Record) : null;
                await connection.AddAuditAsync(
                    new AuditEntry(0, _time.GetUtcNow(), administrator, "provider.remove", baseUrl, before, null),
                    cancellationToken
                );
                return true;
            },
            cancellationToken
        );
    }

    /// <summary>Saves the record after a refresh, unless it was changed since the fetch began.</summary>
    /// <param name="earlier">The record when the fetch began.</param>
    /// <param name="record">The record to save.</param>
    /// <param name="cancellationToken">Cancels the change.</param>
    /// <returns>Whether it was saved.</returns>
    internal Task<bool> ReplaceAsync(
        CertificateRecord earlier,
        CertificateRecord record,
        CancellationToken cancellationToken
    ) =>
        _writer.WriteAsync(
            async (connection, _) =>
            {
                ProviderRow? row = await FindRowAsync(connection, earlier.BaseUrl!.Text, cancellationToken);
                if (row is null || row.Record != TextOf(earlier)) return false;
                await connection.ExecuteAsync(
                    $"""
                    UPDATE trusted_apps_providers SET record = {TextOf(record)}, version = version + 1
                    WHERE base_url = {row.BaseUrl}
                    """,
                    cancellationToken
                );
                return true;
            },
            cancellationToken
        );

    private static ValueTask<List<ProviderRow>> ListRowsAsync(
        StoreConnection connection,
        CancellationToken cancellationToken
    ) =>
        connection
            .QueryAsync(
                $"SELECT {ProviderRow.Columns} FROM trusted_apps_providers ORDER BY base_url",
                ProviderRow.Read,
                cancellationToken
            )
            .ToListAsync(cancellationToken);

    private static ValueTask<ProviderRow?> FindRowAsync(
        StoreConnection connection,
        string baseUrl,
        CancellationToken cancellationToken
    ) =>
        connection
            .QueryAsync(
                $"SELECT {ProviderRow.Columns} FROM trusted_apps_providers WHERE base_url = {baseUrl}",
                ProviderRow.Read,
                cancellationToken
            )
            .SingleOrDefaultAsync(cancellationToken);

    private static StoredProvider Read(ProviderRow row) =>
        new(
            BaseUrl.Parse(row.BaseUrl),
            CertificateRecord.Parse(Encoding.UTF8.GetBytes(row.Record)),
            row.AddedAt,
            row.AddedBy
        );

    private static StoredProvider? TryRead(ProviderRow row)
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

    // Specification version-4.md, section 2: one of the two applications would be an impostor.
    private static void RequireNew(
        FoundCertificate found,
        ApplicationCertificate certificate,
        IReadOnlyList<StoredProvider> known
    )
    {
        foreach (StoredProvider other in known)
        {
            if (other.BaseUrl.Text == found.BaseUrl.Text)
            {
                throw new AdministrationException(
                    AdministrationProblem.Exists,
                    $"A provider is pinned at {found.BaseUrl.Text} already. Its keys rotate without administration. To pin another certificate, remove it first."
                );
            }

            bool sharesKey = other.Record.Certificate.SigningKeys.Any(certificate.SigningKeys.Contains);
            if (other.Record.Id == certificate.Id && !sharesKey)
            {
                throw new AdministrationException(
                    AdministrationProblem.Exists,
                    $"The provider at {other.BaseUrl.Text} has the id '{certificate.Id}' as well, with other keys: one of the two is an impostor. Compare the fingerprints of both with their administrators."
                );
            }

            if (other.Record.Id != certificate.Id && sharesKey)
            {
                throw new AdministrationException(
                    AdministrationProblem.Exists,
                    $"The provider at {other.BaseUrl.Text} has another id and one of these keys: one of the two is an impostor. Compare the fingerprints of both with their administrators."
                );
            }
        }
    }

    private static string Describe(CertificateRecord record) => new JsonObject
    {
        ["id"] = record.Id,
        ["signingKeys"] = new JsonArray([.. record.SigningKeys.Select(key => (JsonNode)key.Fingerprint)]),
    }.ToJsonString();
}
