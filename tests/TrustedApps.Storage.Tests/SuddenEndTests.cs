using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace TrustedApps.Storage.Tests;

/// <summary>A process that writes trusts is killed at random moments: what it was told is done must be there, and nothing half-made.</summary>
public class SuddenEndTests(PostgresFixture postgres)
{
    private const int Rounds = 38; // and 12 with PostgreSQL

    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_confirmed_is_in_the_file_when_the_writer_is_killed()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, postgres);
        var confirmed = new Dictionary<string, Change>(StringComparer.Ordinal);
        for (int round = 0; round < Rounds; round++) await KillWriterAsync(database.Connection, round, confirmed);
    }

    internal static async Task KillWriterAsync(string connection, int round, Dictionary<string, Change> confirmed, Func<Process, Task>? kill = null)
    {
        var random = new Random(round);
        Change? begun = null;
        int changes = 0;
        int atChange = random.Next(1, 25);
        TimeSpan delay = TimeSpan.FromMicroseconds(random.Next(8000));
        using Process writer = Process.Start(new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "StoreWriter.dll"), connection, TestKeys.Blog.PublicKey.ToBase64(), $"{round}", .. confirmed.Values.Select(change => $"{change.Id} {change.Version} {change.State}")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        Task<string> errors = writer.StandardError.ReadToEndAsync(Ct);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        deadline.CancelAfter(_deadline);

        Task? killing = null;
        while (await writer.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            if (Change.Read(line) is not { } change) break; // the line that it was killed in
            if (change.IsDone) (confirmed[change.Id], begun) = (change, null);
            else begun = change;
            if (change.IsDone && ++changes == atChange) killing = KillAsync();
        }

        Assert.True(killing is not null, $"The writer ended by itself in round {round}: {await errors}");
        await killing;
        await writer.WaitForExitAsync(deadline.Token);
        await CheckAsync(connection, confirmed, begun);

        async Task KillAsync()
        {
            long until = Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency);
            await Task.Yield();
            while (Stopwatch.GetTimestamp() < until) Thread.SpinWait(20); // somewhere within the next changes
            if (kill is not null) await kill(writer);
            else writer.Kill();
        }
    }

    // Of each trust the row and the last line of the audit trail say the same: what was confirmed, or what had begun after it.
    private static async Task CheckAsync(string connection, Dictionary<string, Change> confirmed, Change? begun)
    {
        await using TrustedAppsStore store = await TrustedAppsStore.OpenAsync(connection, cancellationToken: Ct);
        TrustPage page = await store.Trusts.ListAsync(null, 0, 1000, Ct);
        Assert.Empty(page.Unreadable);
        Assert.All(page.Trusts, trust => Assert.Contains(trust.Id, confirmed.Keys.Append(begun?.Id)));
        foreach (string id in confirmed.Keys.Append(begun?.Id).OfType<string>().Distinct().ToArray())
        {
            StoredTrust? trust = await store.Trusts.FindAsync(id, Ct);
            IReadOnlyList<AuditEntry> audit = await store.Reports.ListAuditAsync(id, null, 1000, Ct);
            string state = audit.Count == 0 ? "none" : audit[0].Action;
            Assert.Equal(trust is null ? (audit.Count == 0 ? "none" : "trust.remove") : state, state);
            if (trust is not null)
            {
                Assert.Equal(audit.Count, trust.Version); // each change of it has its line
                JsonNode after = JsonNode.Parse(audit[0].After!)!;
                Assert.Equal((trust.Version, trust.Trust.Name, trust.Trust.IsSuspended), (after["version"]!.GetValue<long>(), after["name"]!.GetValue<string>(), after["suspended"]!.GetValue<bool>()));
            }

            Change? last = confirmed.GetValueOrDefault(id);
            if (begun?.Id == id && audit.Count == begun.Version) last = confirmed[id] = begun with { IsDone = true }; // it was made, and nobody was told
            Assert.Equal(last?.Version ?? 0, audit.Count);
            if (last is not null) Assert.Equal(last.Action, state);
            if (last?.Action is "trust.edit" or "trust.add") Assert.Equal(last.State, trust!.Trust.Name);
        }
    }

    internal sealed record Change(bool IsDone, string Id, long Version, string State)
    {
        public string Action => State switch
        {
            "added" => "trust.add",
            "removed" => "trust.remove",
            "suspended" => "trust.suspend",
            "resumed" => "trust.resume",
            _ => "trust.edit",
        };

        public static Change? Read(string line) => line.Split(' ') is ["begin" or "done", var id, var version, var state]
            ? new Change(line.StartsWith("done", StringComparison.Ordinal), id, long.Parse(version, CultureInfo.InvariantCulture), state)
            : null;
    }
}
