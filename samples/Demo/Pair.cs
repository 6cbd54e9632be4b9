using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Tracker;
using TrustedApps;
using Wiki;

namespace Demo;

/// <summary>The wiki and the tracker, each on a free port of this machine, and the trust between them.</summary>
internal sealed class Pair(WebApplication wiki, WebApplication tracker, ApplicationKeys wikiKeys) : IAsyncDisposable
{
    public string WikiUrl => wiki.Urls.First();

    public string TrackerUrl => tracker.Urls.First();

    /// <summary>The wiki's own keys: with them the demo can say what the wiki would say.</summary>
    public ApplicationKeys WikiKeys => wikiKeys;

    public static async Task<Pair> StartAsync(string keyFiles, bool logs, Report report)
    {
        string wikiKeyFile = Path.Combine(keyFiles, "wiki-keys.json");
        string trackerKeyFile = Path.Combine(keyFiles, "tracker-keys.json");
        string trackerUrl = $"http://127.0.0.1:{FindFreePort()}"; // the wiki is told before the tracker listens
        string logLevel = logs ? "Warning" : "None";

        report.Headline("Trust");
        WebApplication wiki = WikiApplication.Create(
        [
            "--urls", "http://127.0.0.1:0",
            "--TrustedApps:Keys", wikiKeyFile,
            "--Tracker:BaseUrl", trackerUrl,
            "--Logging:Console:LogLevel:Default", logLevel,
        ]);
        await wiki.StartAsync();
        string wikiUrl = wiki.Urls.First();
        ApplicationKeys wikiKeys = ApplicationKeys.Load(wikiKeyFile);
        string fingerprint = wikiKeys.PublicKey.Fingerprint;
        report.Say($"The wiki, {wikiKeys.Id}, listens at {wikiUrl}.");
        report.Say($"Its administrator tells the tracker's administrator its fingerprint: {fingerprint}");

        WebApplication tracker = TrackerApplication.Create(
        [
            "--urls", trackerUrl,
            "--TrustedApps:Keys", trackerKeyFile,
            "--TrustedApps:Applications:0:CertificateUrl", wikiUrl,
            "--TrustedApps:Applications:0:Fingerprint", fingerprint,
            "--TrustedApps:Applications:0:Versions:0", "3",
            "--TrustedApps:Applications:0:Timeout", "00:01:00",
            "--TrustedApps:Applications:0:Addresses:0", "127.0.0.1",
            "--TrustedApps:Applications:0:Urls:0", "/rest",
            "--TrustedApps:Applications:0:Methods:0", "GET",
            "--TrustedApps:Applications:1:Id", Outsiders.Stray.Id,
            "--TrustedApps:Applications:1:PublicKey", Outsiders.Stray.PublicKey.ToBase64(),
            "--TrustedApps:Applications:1:Addresses:0", "10.0.0.1",
            "--TrustedApps:Applications:1:Urls:0", "/rest",
            "--Logging:Console:LogLevel:Default", logLevel,
        ]);
        await tracker.StartAsync();
        report.Say($"The tracker, {ApplicationKeys.Load(trackerKeyFile).Id}, listens at {trackerUrl}. It has fetched the wiki's certificate, found that fingerprint, and trusts the wiki.");
        return new Pair(wiki, tracker, wikiKeys);
    }

    /// <summary>Keeps both running until Ctrl+C.</summary>
    public async Task ServeAsync(Report report)
    {
        report.Headline("Both keep running until Ctrl+C");
        report.Say($"Wiki:    {WikiUrl}");
        report.Say($"Tracker: {TrackerUrl}");
        await Task.WhenAll(wiki.WaitForShutdownAsync(), tracker.WaitForShutdownAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await tracker.DisposeAsync();
        await wiki.DisposeAsync();
    }

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, port: 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
