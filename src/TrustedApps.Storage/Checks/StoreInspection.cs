using System.Data.Common;
using System.Text;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Checks;

/// <summary>Checks a store. Creates and changes nothing.</summary>
internal sealed class StoreInspection(StoreDatabase database, TimeProvider time)
{
    private const int MaxUnreadable = 100;
    private const int MaxNamed = 5; // in the sentence for people

    private static readonly TimeSpan _maxClockDifference = TimeSpan.FromSeconds(1);

    private readonly List<string> _problems = [];

    public async Task<StoreCheck> RunAsync(string? keyFolder, CancellationToken cancellationToken)
    {
        StoreCheck check = new() { Store = database.Description, KnownSchemaVersion = StoreSchema.Current.Version };
        try
        {
            check = check with
            {
                SchemaVersion = await StoreSchema.FindVersionAsync(database, cancellationToken),
                IsReachable = !database.IsMissingFile,
            };
            if (await MeasureClockAsync(cancellationToken) is { } difference)
            {
                check = check with { ClockDifference = difference };
            }

            if (check.SchemaVersion != check.KnownSchemaVersion)
            {
                _problems.Add(StoreSchema.Current.Describe(database, check.SchemaVersion));
            }
            else check = await ReadRowsAsync(check, keyFolder, cancellationToken);
        }
        catch (Exception problem) when (problem is DbException or TimeoutException)
        {
            check = check with { IsReachable = false };
            _problems.Add($"The store {database.Description} does not answer: {problem.GetBaseException().Message}");
        }

        return check with { Problems = [.. _problems] };
    }

    // Measured around one round trip on an open connection, so the difference is exact to half of that time.
    private async Task<TimeSpan?> MeasureClockAsync(CancellationToken cancellationToken)
    {
        if (database.Postgres is null) return null;
        await using StoreConnection connection = await database.OpenAsync(cancellationToken);
        DateTimeOffset before = time.GetUtcNow();
        long began = time.GetTimestamp();
        long microseconds = await connection.ReadNumberAsync(
            $"SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint", cancellationToken);
        TimeSpan roundTrip = time.GetElapsedTime(began);

        TimeSpan difference = DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds) - (before + (roundTrip / 2));
        TimeSpan certain = difference.Duration() - (roundTrip / 2);
        if (certain > _maxClockDifference)
        {
            _problems.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The clock of the database and this one differ by {difference.Duration().TotalSeconds:0.0} s: synchronise both (NTP). Nodes verify requests by their own clocks."
                )
            );
        }

        return difference;
    }

    private async Task<StoreCheck> ReadRowsAsync(
        StoreCheck check,
        string? keyFolder,
        CancellationToken cancellationToken
    )
    {
        await using StoreConnection connection = await database.OpenAsync(cancellationToken);
        var unreadable = new List<string>();
        int trusts = 0, providers = 0, bad = 0;
        IAsyncEnumerable<TrustRow> trustRows = connection.QueryAsync(
            $"SELECT {TrustRow.Columns} FROM trusted_apps_trusts WHERE terms IS NOT NULL ORDER BY id",
            TrustRow.Read,
            cancellationToken
        );
        await foreach (TrustRow row in trustRows)
        {
            trusts++;
            if (!row.TryToTrust(out _)) Count(row.Id);
        }

        IAsyncEnumerable<ProviderRow> providerRows = connection.QueryAsync(
            $"SELECT {ProviderRow.Columns} FROM trusted_apps_providers ORDER BY base_url",
            ProviderRow.Read,
            cancellationToken
        );
        await foreach (ProviderRow row in providerRows)
        {
            providers++;
            if (!CanRead(row)) Count(row.BaseUrl);
        }

        if (bad > 0)
        {
            _problems.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{bad} rows cannot be read, and requests of these applications are refused: '{string.Join("', '", unreadable.Take(MaxNamed))}'{(bad > MaxNamed ? $" and {bad - MaxNamed} more" : "")}. Were they written by a newer version of this program? Otherwise remove them and add them again."
                )
            );
        }

        KeyRow[] keys = await connection
            .QueryAsync($"SELECT {KeyRow.Columns} FROM trusted_apps_keys", KeyRow.Read, cancellationToken)
            .ToArrayAsync(cancellationToken);
        check = check with
        {
            Trusts = trusts,
            Providers = providers,
            Unreadable = unreadable,
            KeyRings = keys.Length,
        };
        return keys.Length == 0 || keyFolder is null ? check : Open(check, keys, keyFolder);

        void Count(string name)
        {
            bad++;
            if (unreadable.Count < MaxUnreadable) unreadable.Add(name);
        }
    }

    private StoreCheck Open(StoreCheck check, KeyRow[] rows, string keyFolder)
    {
        (IReadOnlyList<ApplicationKeys> opened, string? problem) = ProtectedKeysCheck.Open(rows, keyFolder);
        if (problem is not null) _problems.Add(problem);
        return check with
        {
            KeysOpen = problem is null,
            NextRotationAt = opened
                .SelectMany(keys => keys.Keys)
                .Where(key => key.Status == KeyStatus.Current)
                .Min(key => key.DueAt),
        };
    }

    private static bool CanRead(ProviderRow row)
    {
        try
        {
            _ = CertificateRecord.Parse(Encoding.UTF8.GetBytes(row.Record));
            return BaseUrl.TryParse(row.BaseUrl, out _);
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
