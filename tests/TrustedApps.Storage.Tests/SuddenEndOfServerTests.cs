namespace TrustedApps.Storage.Tests;

/// <summary>As <see cref="SuddenEndTests"/>, with PostgreSQL.</summary>
public class SuddenEndOfServerTests
{
    private const int WriterRounds = 8;
    private const int ServerRounds = 4;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_confirmed_is_on_the_server_when_the_writer_is_killed()
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(isDurable: true);
        string connection = await cluster.CreateDatabaseAsync();
        var confirmed = new Dictionary<string, SuddenEndTests.Change>(StringComparer.Ordinal);
        for (int round = 0; round < WriterRounds; round++) await SuddenEndTests.KillWriterAsync(connection, round, confirmed);
    }

    [Fact]
    public async Task What_was_confirmed_is_on_the_server_when_the_server_is_killed()
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(isDurable: true);
        string connection = await cluster.CreateDatabaseAsync();
        var confirmed = new Dictionary<string, SuddenEndTests.Change>(StringComparer.Ordinal);
        for (int round = 0; round < ServerRounds; round++)
        {
            await SuddenEndTests.KillWriterAsync(connection, round, confirmed, async writer =>
            {
                await cluster.StopAsync(StopMode.Immediate);
                await writer.WaitForExitAsync(Ct); // its change fails
                await cluster.StartAgainAsync();
            });
        }
    }
}
