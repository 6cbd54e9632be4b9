extern alias Tracker;

using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Testing;

namespace Samples.Tests;

/// <summary>The tracker in this process, in a folder of its own, with a calendar that the test stands in for.</summary>
internal sealed class TrackerInProcess : WebApplicationFactory<Tracker::Program>
{
    private readonly ScratchFolder _folder = new();

    /// <summary>The calendar; null for none.</summary>
    public TrustedAppsTestProvider? Calendar { get; init; }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseContentRoot(_folder.Path).UseSetting("TrustedApps:BaseUrls:0", WikiInProcess.TrackerUrl);
        if (Calendar is not null) builder.UseSetting("Calendar:BaseUrl", "https://calendar.example");
        builder.ConfigureTestServices(services =>
        {
            services.AddTrustedAppsTesting();
            if (Calendar is not null) services.AddTrustedAppsTestProvider(Calendar);
        });
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}
