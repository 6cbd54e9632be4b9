using Microsoft.Data.Sqlite;

namespace TrustedApps.Tool.Tests;

/// <summary>A store in a SQLite file, behind the back of the library.</summary>
internal static class SqliteFile
{
    public static async Task RunAsync(string file, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
