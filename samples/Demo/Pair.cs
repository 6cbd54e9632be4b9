using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Calendar;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tracker;
using TrustedApps;
using TrustedApps.AspNetCore;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Storage;
using Wiki;

namespace Demo;

/// <summary>
/// The wiki and the tracker, each on a free port of this machine with a SQLite file of its own, and the trust between them. A calendar, which the
/// tracker asks, has its trust in configuration.
/// </summary>
internal sealed class Pair : IAsyncDisposable
{
    /// <summary>Where a single sign-on in front of the tracker would connect from.</summary>
    public const string FrontAddress = "127.0.0.2";

    private readonly string _folder;
    private readonly string _logLevel;
    private readonly string _password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private WebApplication _wiki;
    private WebApplication _tracker;
    private WebApplication _calendar;

    private Pair(string folder, bool logs)
    {
        _folder = folder;
        WikiKeyFile = Path.Combine(folder, "wiki-keys.json");
        _logLevel = logs ? "Warning" : "None";
        (_wiki, _tracker, _calendar) = (null!, null!, null!);
    }

    public string WikiUrl { get; } = $"http://127.0.0.1:{FindFreePort()}";

    public string TrackerUrl { get; } = $"http://127.0.0.1:{FindFreePort()}";

    public string CalendarUrl { get; } = $"http://127.0.0.1:{FindFreePort()}";

    public string WikiKeyFile { get; }

    /// <summary>The password of every user of the tracker.</summary>
    public string UserPassword { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private string CalendarKeyFile => Path.Combine(_folder, "calendar-keys.json");

    private ApplicationKeys TrackerKeys => _tracker.Services.GetRequiredKeyedService<IKeyStore>(TrustedAppsDefaults.AuthenticationScheme).Keys;

    public static async Task<Pair> StartAsync(string folder, bool logs, Report report)
    {
        var pair = new Pair(folder, logs);
        await pair.MakeTrustAsync(report);
        return pair;
    }

    /// <summary>An issuer that says what the wiki would say, with these keys or its own.</summary>
    public async Task<AssertionIssuer> MakeIssuerAsync(ApplicationKeys keys, TimeProvider? time = null, string? baseUrl = null) =>
        new(keys, await TrackerKeys.ToCertificateAsync(), BaseUrl.Parse(baseUrl ?? TrackerUrl), time);

    /// <summary>Keeps both running until Ctrl+C.</summary>
    public async Task ServeAsync(Report report)
    {
        report.Headline("All keep running until Ctrl+C");
        report.Say($"Wiki:    {WikiUrl}");
        report.Say($"Tracker: {TrackerUrl}");
        report.Say($"Calendar: {CalendarUrl}");
        report.Say($"The administrator's pages: {TrackerUrl}/trusted-apps and {WikiUrl}/trusted-apps");
        report.Say($"The administrator's password for both, until they end: {_password}");
        report.Say($"The password of every user of the tracker (fred, barney, admin): {UserPassword}");
        await Task.WhenAll(_wiki.WaitForShutdownAsync(), _tracker.WaitForShutdownAsync(), _calendar.WaitForShutdownAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _calendar.DisposeAsync();
        await _tracker.DisposeAsync();
        await _wiki.DisposeAsync();
    }

    private async Task MakeTrustAsync(Report report)
    {
        report.Headline("Trust");
        ApplicationKeys wikiKeys = MakeKeys("wiki:8731", WikiKeyFile);
        ApplicationKeys calendarKeys = MakeKeys("calendar:7", CalendarKeyFile);
        _wiki = await StartWikiAsync();
        _tracker = await StartTrackerAsync(FingerprintOf(calendarKeys));
        _calendar = await StartCalendarAsync();
        report.Say($"The wiki, {wikiKeys.Id}, is at {WikiUrl}. Its administrator sees the fingerprint");
        report.Say($"  {FingerprintOf(wikiKeys)}");
        report.Say($"The tracker, {TrackerKeys.Id}, is at {TrackerUrl}. Its administrator sees the fingerprint");
        report.Say($"  {FingerprintOf(TrackerKeys)}");

        // What the two administrators do on their pages, or with 'trusted-apps trust add' and 'provider add'.
        FoundCertificate wiki = await FindAsync(WikiUrl, wikiKeys);
        var conditions = new TrustConditions { Addresses = ["127.0.0.1"], Urls = ["/rest"], Methods = ["GET", "POST"] };
        await _tracker.Services.GetRequiredService<TrustAdministration>()
            .AddAsync(wiki.ToTrust("The wiki", conditions, legacy: null, DateTimeOffset.UtcNow), "demo", CancellationToken.None);
        report.Say("The tracker's administrator gives the wiki's base URL, finds that fingerprint there, and confirms the trust.");

        await _wiki.Services.GetRequiredService<ProviderAdministration>().AddAsync(await FindAsync(TrackerUrl, TrackerKeys), "demo", CancellationToken.None);
        report.Say("The wiki's administrator does the same with the tracker's base URL.");
        report.Say("The tracker and a calendar trust each other by their configuration.");
    }

    private static async Task<FoundCertificate> FindAsync(string baseUrl, ApplicationKeys keys)
    {
        using var client = new CertificateClient();
        FoundCertificate found = await FoundCertificate.FindAsync(client, baseUrl, CancellationToken.None);
        return found.HasExactly([FingerprintOf(keys)]) ? found : throw new InvalidOperationException($"{baseUrl} shows another fingerprint than its administrator sees.");
    }

    private async Task<WebApplication> StartWikiAsync()
    {
        WebApplication wiki = WikiApplication.Create(
        [
            "--urls", WikiUrl,
            "--TrustedApps:Keys", WikiKeyFile,
            "--Store:Connection", Path.Combine(_folder, "wiki.db"),
            "--Store:KeyFolder", Path.Combine(_folder, "wiki-protection"),
            "--Tracker:BaseUrl", TrackerUrl,
            "--Administrator:Password", _password,
            "--Logging:Console:LogLevel:Default", _logLevel,
        ]);
        await wiki.StartAsync();
        return wiki;
    }

    private async Task<WebApplication> StartTrackerAsync(string calendarFingerprint)
    {
        string strayCertificate = Path.Combine(_folder, "stray-certificate.json");
        await File.WriteAllBytesAsync(strayCertificate, (await Outsiders.Stray.ToCertificateAsync()).ToBytes());
        WebApplication tracker = TrackerApplication.Create(
        [
            "--urls", TrackerUrl,
            "--Store:Connection", Path.Combine(_folder, "tracker.db"),
            "--Store:KeyFolder", Path.Combine(_folder, "tracker-protection"), // its keys are in the store, sealed
            "--Administrator:Password", _password,
            "--Accounts:Password", UserPassword,
            "--Front:Addresses:0", FrontAddress,

            // Beside the store, two trusts in configuration. This one is trusted elsewhere than here.
            "--TrustedApps:CertificateHold", "00:00:00", // or a new signing key of the wiki would count after a day
            "--TrustedApps:Applications:0:CertificateFile", strayCertificate,
            "--TrustedApps:Applications:0:Addresses:0", "10.0.0.1",
            "--TrustedApps:Applications:0:Urls:0", "/rest",

            // Version 3 is the newest that this one speaks.
            "--TrustedApps:Applications:1:Id", Outsiders.Old.Id,
            "--TrustedApps:Applications:1:PublicKey", Outsiders.Old.PublicKey.ToBase64(),
            "--TrustedApps:Applications:1:Addresses:0", "127.0.0.1",
            "--TrustedApps:Applications:1:Urls:0", "/rest",

            "--Calendar:BaseUrl", CalendarUrl,
            "--Calendar:ProviderFingerprints:0", calendarFingerprint,

            "--Logging:Console:LogLevel:Default", _logLevel,
        ]);
        await tracker.StartAsync();
        return tracker;
    }

    // It trusts the tracker alone, also for requests that the wiki asked the tracker for.
    private async Task<WebApplication> StartCalendarAsync()
    {
        WebApplication calendar = CalendarApplication.Create(
        [
            "--urls", CalendarUrl,
            "--TrustedApps:Keys", CalendarKeyFile,
            "--TrustedApps:IsNewInstallation", "true",
            "--TrustedApps:Applications:0:CertificateUrl", TrackerUrl,
            "--TrustedApps:Applications:0:Fingerprint", FingerprintOf(TrackerKeys),
            "--TrustedApps:Applications:0:Addresses:0", "127.0.0.1",
            "--TrustedApps:Applications:0:Urls:0", "/rest",
            "--TrustedApps:Applications:0:AllowDelegation", "true",
            "--TrustedApps:Applications:0:DelegatedFrom:0", "wiki:8731",
            "--TrustedApps:Applications:0:Scopes:0", "dates.read",
            "--Logging:Console:LogLevel:Default", _logLevel,
        ]);
        await calendar.StartAsync();
        return calendar;
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
