namespace TrustedApps.Tool.Tests.Commands;

public sealed class PostgresCommandTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Trust_goes_its_way_on_PostgreSQL()
    {
        string store = await postgres.CreateDatabaseAsync();
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        Assert.Equal(1, (await RunAsync("trust", "list")).ExitCode);

        string fingerprint = TestKeys.Wiki.ToCertificate().SigningKeys[0].Fingerprint;
        Assert.Equal(0, (await RunAsync("trust", "add", wiki.Origin, "--address", "*", "--url", "*", "--yes", "--fingerprint", fingerprint)).ExitCode);
        Assert.Equal(0, (await RunAsync("store", "check")).ExitCode);
        Assert.Equal("wiki", (string?)(await RunAsync("trust", "list", "--json")).Json["id"]);
        Assert.Equal(fingerprint, (string?)(await RunAsync("trust", "show", "wiki", "--json")).Json["signingKeys"]!.AsArray().Single());
        Assert.True((bool?)(await RunAsync("trust", "suspend", "wiki", "--json")).Json["suspended"]);
        Assert.Equal("Wiki", (string?)(await RunAsync("trust", "edit", "wiki", "--name", "Wiki", "--json")).Json["name"]);
        Assert.Equal(0, (await RunAsync("trust", "remove", "wiki", "--yes")).ExitCode);
        ToolRun empty = await RunAsync("trust", "list");
        Assert.Equal((0, ""), (empty.ExitCode, empty.Output));

        Task<ToolRun> RunAsync(params string[] args) => ToolRun.InProcessAsync([.. args, "--store", store]);
    }
}
