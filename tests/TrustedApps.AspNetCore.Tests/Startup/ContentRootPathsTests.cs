using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TrustedApps.Client;

namespace TrustedApps.AspNetCore.Tests.Startup;

public sealed class ContentRootPathsTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_are_relative_to_the_content_root_and_not_to_the_current_directory()
    {
        TestKeys.Tracker.Save(Path.Combine(_folder.Path, "tracker-keys.json"));
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = _folder.Path });
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSingleton(UserResolvers.Everyone);
        builder.Services.AddAuthentication().AddTrustedApps(options =>
        {
            options.Keys = "tracker-keys.json";
            options.BaseUrls.Add("https://tracker.example");
        });
        builder.Services.AddHttpClient("wiki").AddTrustedApp(options => (options.KeyFile, options.ProviderCertificateFile) = ("tracker-keys.json", "wiki.json"));
        await using WebApplication app = builder.Build();

        foreach (IHostedLifecycleService service in app.Services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await service.StartingAsync(TestContext.Current.CancellationToken); // reads the file
        }

        var scheme = new TrustedAppsOptions { ReplayFile = "replays" };
        foreach (IPostConfigureOptions<TrustedAppsOptions> step in app.Services.GetServices<IPostConfigureOptions<TrustedAppsOptions>>()) step.PostConfigure("any", scheme);
        Assert.Equal(Path.Combine(_folder.Path, "replays"), scheme.ReplayFile);

        var client = new TrustedAppClientOptions { KeyFile = "tracker-keys.json", ProviderCertificateFile = "wiki.json" };
        foreach (IPostConfigureOptions<TrustedAppClientOptions> step in app.Services.GetServices<IPostConfigureOptions<TrustedAppClientOptions>>()) step.PostConfigure("wiki", client);
        Assert.Equal(Path.Combine(_folder.Path, "tracker-keys.json"), client.KeyFile);
        Assert.Equal(Path.Combine(_folder.Path, "wiki.json"), client.ProviderCertificateFile);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named_with_its_whole_path_and_no_second_identity_is_advised()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = _folder.Path });
        builder.WebHost.UseKestrelCore();
        builder.Services.AddAuthentication().AddTrustedApps(options =>
        {
            options.Keys = "missing.json";
            options.BaseUrls.Add("https://tracker.example");
        });
        await using WebApplication app = builder.Build();

        InvalidOperationException stopped = await Assert.ThrowsAsync<InvalidOperationException>(
            () => app.Services.GetServices<IHostedService>().OfType<IHostedLifecycleService>().First().StartingAsync(TestContext.Current.CancellationToken));

        Assert.Contains($"'{Path.Combine(_folder.Path, "missing.json")}' does not exist. If the application has a key file, name its path", stopped.Message, StringComparison.Ordinal);
        Assert.Contains("For a new application only", stopped.Message, StringComparison.Ordinal);
    }
}
