using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage.Tests.Database;

public class SqlTests
{
    private const string Hostile = "'; DROP TABLE trusted_apps_trusts; --";

    public static TheoryData<bool> Databases { get; } = [true, false];

    [Theory, MemberData(nameof(Databases))]
    public void A_value_is_a_parameter_and_never_text(bool isSqlite)
    {
        DateTimeOffset moment = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123);
        byte[] bytes = [1, 2];
        using DbConnection connection = Connect(isSqlite);

        using DbCommand command = CommandOf(connection, $"a = {Hostile} AND b = {7L} AND c = {moment} AND d = {bytes} AND e = {(string?)null} AND f = {(DateTimeOffset?)null}");

        Assert.Equal("a = @p0 AND b = @p1 AND c = @p2 AND d = @p3 AND e = @p4 AND f = @p5", command.CommandText);
        Assert.Equal([Hostile, 7L, 1_790_000_000_123, bytes, DBNull.Value, DBNull.Value], command.Parameters.Cast<DbParameter>().Select(parameter => parameter.Value));
        Assert.Equal("String Int64 Int64 Binary String Int64", string.Join(' ', command.Parameters.Cast<DbParameter>().Select(parameter => parameter.DbType)));
    }

    [Fact]
    public void A_list_is_one_parameter_of_PostgreSQL()
    {
        using DbConnection connection = Connect(isSqlite: false);
        using DbCommand command = CommandOf(connection, $"id {new SqlList(["a", Hostile])} AND b = {1}");
        Assert.Equal("id = ANY(@p0) AND b = @p1", command.CommandText);
        Assert.Equal(["a", Hostile], Assert.IsType<string[]>(command.Parameters[0].Value));
    }

    [Fact]
    public async Task A_list_is_one_parameter_of_SQLite()
    {
        using DbConnection connection = Connect(isSqlite: true);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        string[] texts = ["a", Hostile, "\"quoted\"", "Ünïcöde 😀", "a\\b", ""];
        foreach (string text in texts)
        {
            using DbCommand command = CommandOf(connection, $"SELECT {text} {new SqlList(texts)}, {text + "x"} {new SqlList(texts)}, {text} {new SqlList([])}");
            await using DbDataReader row = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            Assert.True(await row.ReadAsync(TestContext.Current.CancellationToken));
            Assert.Equal((true, false, false), (row.GetBoolean(0), row.GetBoolean(1), row.GetBoolean(2)));
        }
    }

    [Fact]
    public void A_fragment_is_text()
    {
        using DbConnection connection = Connect(isSqlite: true);
        using DbCommand command = CommandOf(connection, $"SELECT {new SqlFragment("a, b")} FROM c");
        Assert.Equal("SELECT a, b FROM c", command.CommandText);
    }

    private static DbConnection Connect(bool isSqlite) => isSqlite ? new SqliteConnection("Data Source=:memory:") : new NpgsqlConnection();

    private static DbCommand CommandOf(DbConnection connection, Sql sql) => sql.ToCommand(connection);
}
