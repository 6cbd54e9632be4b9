using System.Buffers.Text;
using System.Data.Common;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Tests;

public class HundredThousandTrustsTests(PostgresFixture postgres)
{
    private const int Count = 100_000;

    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(60); // on a machine that has much else to do; the aim is 5 s

    [Theory, AtEachDatabase]
    public async Task A_host_starts_and_verifies_a_request_of_the_last(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        await database.OpenStoreAsync();
        await FillAsync(database);
        Trusted.KeysOf(IdOf(Count)); // made before the clock runs
        GC.Collect();
        long before = GC.GetTotalMemory(forceFullCollection: true);

        var elapsed = Stopwatch.StartNew();
        await using StoreNode node = await StoreNode.StartAsync(database.Connection, TimeSpan.FromSeconds(60));
        TimeSpan started = elapsed.Elapsed;
        Answer answer = await node.AskAsync(IdOf(Count));
        elapsed.Stop();
        long memory = GC.GetTotalMemory(forceFullCollection: true) - before;

        Assert.Equal(("OK", "fred"), (answer.Code, answer.Body));
        Assert.Equal(Count, node.Service<TrustSnapshot>().Count);
        Assert.Equal("OK", (await node.AskAsync(IdOf(1))).Code);
        Assert.Equal("APP_UNKNOWN", (await node.AskAsync("nobody:1")).Code);
        TestContext.Current.TestOutputHelper!.WriteLine($"{kind}: {Count} trusts, started in {started.TotalSeconds:0.00} s, first request accepted after {elapsed.Elapsed.TotalSeconds:0.00} s, {memory / 1024 / 1024} MiB of objects.");
        Assert.True(elapsed.Elapsed < _deadline, $"It took {elapsed.Elapsed}.");
    }

    private static string IdOf(int number) => $"app:{number:000000}";

    private static async Task FillAsync(TestDatabase database)
    {
        await using DbConnection connection = await database.ConnectAsync();
        if (connection is NpgsqlConnection postgres) await CopyAsync(postgres);
        else await InsertAsync((SqliteConnection)connection);
        await using DbCommand number = connection.CreateCommand();
        number.CommandText = $"UPDATE trusted_apps_changes SET number = {Count}";
        await number.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task CopyAsync(NpgsqlConnection connection)
    {
        await using NpgsqlBinaryImporter rows = await connection.BeginBinaryImportAsync(
            "COPY trusted_apps_trusts (id, name, terms, record, version, changed, added_at, added_by, changed_at) FROM STDIN (FORMAT BINARY)", TestContext.Current.CancellationToken);
        foreach ((int number, string terms, string record) in Rows())
        {
            await rows.StartRowAsync(TestContext.Current.CancellationToken);
            foreach (string text in (string[])[IdOf(number), IdOf(number), terms, record]) await rows.WriteAsync(text, NpgsqlDbType.Text);
            foreach (long value in (long[])[1, number, 0]) await rows.WriteAsync(value, NpgsqlDbType.Bigint);
            await rows.WriteAsync("ann", NpgsqlDbType.Text);
            await rows.WriteAsync(0L, NpgsqlDbType.Bigint);
        }

        await rows.CompleteAsync(TestContext.Current.CancellationToken);
    }

    private static async Task InsertAsync(SqliteConnection connection)
    {
        await using SqliteTransaction transaction = connection.BeginTransaction();
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "INSERT INTO trusted_apps_trusts (id, name, terms, record, version, changed, added_at, added_by, changed_at) VALUES (@id, @id, @terms, @record, 1, @changed, 0, 'ann', 0)";
        SqliteParameter[] values = [.. ((string[])["id", "terms", "record", "changed"]).Select(name => command.Parameters.Add(new SqliteParameter(name, null)))];
        foreach ((int number, string terms, string record) in Rows())
        {
            (values[0].Value, values[1].Value, values[2].Value, values[3].Value) = (IdOf(number), terms, record, number);
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    // The product's own rows of one trust, with another id each: what is on record is not verified again.
    private static IEnumerable<(int Number, string Terms, string Record)> Rows()
    {
        string template = IdOf(0);
        TrustedApplication trust = Trusted.In(template);
        string terms = TrustRecord.Of(trust).ToJson();
        string record = Encoding.UTF8.GetString(trust.Record!.ToBytes());
        string payload = JsonNode.Parse(trust.Record.Certificate.ToBytes())!["payload"]!.GetValue<string>();
        string content = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(payload));
        for (int number = 1; number <= Count; number++)
        {
            string id = IdOf(number);
            string changed = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(content.Replace(template, id, StringComparison.Ordinal)));
            yield return (number, terms.Replace(template, id, StringComparison.Ordinal), record.Replace(payload, changed, StringComparison.Ordinal).Replace(template, id, StringComparison.Ordinal));
        }
    }
}
