using System.Net;

namespace TrustedApps.Packages.Tests.Templates;

public sealed class PairTemplateTests(PackedPackages packages) : IDisposable
{
    private readonly TemplateHive _templates = new(packages);
    private readonly ScratchFolder _folder = new();

    [Theory]
    [InlineData("My.Shop-1")]
    public async Task The_pair_runs_as_it_is_made_and_each_user_sees_their_own_issues(string name)
    {
        using ReservedPort provider = new(), consumer = new();
        string folder = await _templates.MakeAsync(_folder, "trustedapps-pair", name, "--provider-port", $"{provider}", "--consumer-port", $"{consumer}");
        await _templates.BuildAsync(folder);

        await using RunningApplication asking = await RunAsync(folder, $"{name}.Consumer");
        await using RunningApplication asked = await RunAsync(folder, $"{name}.Provider");
        using var client = new HttpClient { BaseAddress = new Uri($"http://localhost:{consumer}") };

        Assert.Equal("WEB-1 WEB-3", await Issues.ReadAsync(client, "fred"));
        Assert.Equal("WEB-2", await Issues.ReadAsync(client, "barney"));
        using HttpResponseMessage stranger = await client.GetAsync($"http://localhost:{provider}/api/issues", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
    }

    public void Dispose() => _folder.Dispose();

    private Task<RunningApplication> RunAsync(string folder, string project) =>
        RunningApplication.StartAsync(packages.Machine, folder, "dotnet", "run", "--no-build", "--project", project);
}
