using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Tracker;
using TrustedApps;
using Wiki;

namespace Demo;

/// <summary>The wiki and the tracker, each on a free port of this machine, and the trust between them.</summary>
internal sealed class Pair : IAsyncDisposable
{
    private readonly string _logLevel;
    private WebApplication _wiki;
    private WebApplication _tracker;

    private Pair(string folder, bool logs)
    {
        WikiKeyFile = Path.Combine(folder, "wiki-keys.json");
        TrackerKeyFile = Path.Combine(folder, "tracker-keys.json");
        StrayCertificateFile = Path.Combine(folder, "stray-certificate.json");
        _logLevel = logs ? "Warning" : "None";
        (_wiki, _tracker) = (null!, null!);
    }

    public string WikiUrl { get; } = $"http://127.0.0.1:{FindFreePort()}";

    public string TrackerUrl { get; } = $"http://127.0.0.1:{FindFreePort()}";

    public string WikiKeyFile { get; }

    public string TrackerKeyFile { get; }

    private string StrayCertificateFile { get; }

    public static async Task<Pair> StartAsync(string folder, bool logs, Report report)
    {
        var pair = new Pair(folder, logs);
        await pair.MakeTrustAsync(report);
        return pair;
    }

    /// <summary>An issuer that says what the wiki would say, with these keys or its own.</summary>
    public AssertionIssuer Issuer(ApplicationKeys keys, TimeProvider? time = null, string? baseUrl = null) =>
        new(keys, ApplicationKeys.Load(TrackerKeyFile).ToCertificate(), BaseUrl.Parse(baseUrl ?? TrackerUrl), time);

    /// <summary>Keeps both running until Ctrl+C.</summary>
    public async Task ServeAsync(Report report)
    {
        report.Headline("Both keep running until Ctrl+C");
        report.Say($"Wiki:    {WikiUrl}");
        report.Say($"Tracker: {TrackerUrl}");
        await Task.WhenAll(_wiki.WaitForShutdownAsync(), _tracker.WaitForShutdownAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _tracker.DisposeAsync();
        await _wiki.DisposeAsync();
    }

    private async Task MakeTrustAsync(Report report)
    {
        report.Headline("Trust");
        ApplicationKeys wikiKeys = MakeKeys("wiki:8731", WikiKeyFile), trackerKeys = MakeKeys("tracker:42", TrackerKeyFile);
        report.Say($"The wiki, {wikiKeys.Id}, is at {WikiUrl}. Its administrator tells the tracker's administrator its fingerprint:");
        report.Say($"  {FingerprintOf(wikiKeys)}");
        report.Say($"The tracker, {trackerKeys.Id}, is at {TrackerUrl}. Its administrator tells the wiki's administrator its fingerprint:");
        report.Say($"  {FingerprintOf(trackerKeys)}");

        await File.WriteAllBytesAsync(StrayCertificateFile, Outsiders.Stray.ToCertificate().ToBytes());
        await StartWikiAsync();
        await StartTrackerAsync(wikiKeys);
        report.Say("The tracker has fetched the wiki's certificate, found that fingerprint, and trusts the wiki.");
        report.Say("The wiki will do the same with the tracker's before its first request.");
    }

    private async Task StartWikiAsync()
    {
        _wiki = WikiApplication.Create(
        [
            "--urls", WikiUrl,
            "--TrustedApps:Keys", WikiKeyFile,
            "--Tracker:BaseUrl", TrackerUrl,
            "--Tracker:ProviderFingerprints:0", FingerprintOf(ApplicationKeys.Load(TrackerKeyFile)),
            "--Logging:Console:LogLevel:Default", _logLevel,
        ]);
        await _wiki.StartAsync();
    }

    private async Task StartTrackerAsync(ApplicationKeys wikiKeys)
    {
        _tracker = TrackerApplication.Create(
        [
            "--urls", TrackerUrl,
            "--TrustedApps:Keys", TrackerKeyFile,

            // The wiki speaks version 4.
            "--TrustedApps:Applications:0:CertificateUrl", WikiUrl,
            "--TrustedApps:Applications:0:Fingerprint", FingerprintOf(wikiKeys),
            "--TrustedApps:Applications:0:Timeout", "00:01:00",
            "--TrustedApps:Applications:0:Addresses:0", "127.0.0.1",
            "--TrustedApps:Applications:0:Urls:0", "/rest",
            "--TrustedApps:Applications:0:Methods:0", "GET",
            "--TrustedApps:Applications:0:Methods:1", "POST",

            // Trusted elsewhere than here.
            "--TrustedApps:Applications:1:CertificateFile", StrayCertificateFile,
            "--TrustedApps:Applications:1:Addresses:0", "10.0.0.1",
            "--TrustedApps:Applications:1:Urls:0", "/rest",

            // Version 3 is the newest that this one speaks.
            "--TrustedApps:Applications:2:Id", Outsiders.Old.Id,
            "--TrustedApps:Applications:2:PublicKey", Outsiders.Old.PublicKey.ToBase64(),
            "--TrustedApps:Applications:2:Addresses:0", "127.0.0.1",
            "--TrustedApps:Applications:2:Urls:0", "/rest",

            "--Logging:Console:LogLevel:Default", _logLevel,
        ]);
        await _tracker.StartAsync();
    }

    private static ApplicationKeys MakeKeys(string id, string file)
    {
        ApplicationKeys keys = ApplicationKeys.Generate(id);
        keys.Save(file);
        return keys;
    }

    private static string FingerprintOf(ApplicationKeys keys) => keys.Keys.First(key => key.Use == KeyUse.Signature).PublicKey.Fingerprint;

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, port: 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
