using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using TrustedApps.Certificates;

namespace Samples.Tests;

/// <summary>
/// The sample Tracker, scraped by Prometheus: a blog asks it, others pretend to be the blog or come unknown, and it
/// asks the calendar.
/// </summary>
public sealed class ScrapedTracker : IAsyncLifetime
{
    private const string KeyHeader = "X-Seraph-Trusted-App-Key";

    private readonly ScratchFolder _folder = new();
    private readonly ScratchFolder _calendarFolder = new();
    private readonly CertificateClient _certificates = new();
    private readonly List<IAsyncDisposable> _owned = [];
    private SampleProcess? _tracker;
    private TrustedBlog? _blog;
    private Prometheus? _prometheus;
    private AssertionHeaders _headers; // of a request that was accepted

    internal Prometheus Prometheus => _prometheus!;

    internal int MetricsPort { get; } = KestrelServer.FindFreePort();

    internal string TrackerOrigin => _tracker!.Origin;

    internal string BlogId => _blog!.Id;

    public async ValueTask InitializeAsync()
    {
        SampleProcess calendar = Own(new SampleProcess("Calendar", _calendarFolder));
        _tracker = Own(new SampleProcess(
            "Tracker", _folder, "--Accounts:Password", SampleProcess.Password, "--Calendar:BaseUrl", calendar.Origin,
            "--Metrics:Port", MetricsPort.ToString(CultureInfo.InvariantCulture)));
        await _tracker.StartAsync();
        ApplicationCertificate certificate = await FetchAsync(_tracker.Origin);
        await File.WriteAllTextAsync(_calendarFolder.PathOf("appsettings.json"), $$"""
            {
              "TrustedApps": {
                "IsNewInstallation": true,
                "Applications": [ {
                  "CertificateUrl": "{{_tracker.Origin}}", "Fingerprints": [ "{{FingerprintOf(certificate)}}" ],
                  "Addresses": [ "127.0.0.1" ], "Urls": [ "/rest" ], "Scopes": [ "dates.read" ]
                } ]
              }
            }
            """);
        await calendar.StartAsync();
        string store = _folder.PathOf("tracker.db");
        await Tool.RunAsync("provider", "add", calendar.Origin, "--store", store, "--fingerprint", FingerprintOf(await FetchAsync(calendar.Origin)), "--yes");
        _blog = Own(await TrustedBlog.MakeAsync("blog:99", store, _tracker.Origin));
        _headers = await _blog.AskUntilAsync(_tracker.Origin, "OK", "APP_UNKNOWN");
        _prometheus = Own(await Prometheus.StartAsync(MetricsPort, await ReadRulesAsync()));
        Assert.Equal("BAD_GRANT", (await _blog.AskWithNewKeysAsync(certificate)).Code); // its certificate is fetched, and held
    }

    public async ValueTask DisposeAsync()
    {
        for (int index = _owned.Count - 1; index >= 0; index--) await _owned[index].DisposeAsync();
        _certificates.Dispose();
        _folder.Dispose();
        _calendarFolder.Dispose();
    }

    /// <summary>Sends a round of requests, good and bad, until Prometheus has seen what is expected.</summary>
    internal async Task SendUntilAsync(Func<Task<bool>> isSeen, Func<string> problem)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await isSeen())
        {
            Assert.False(deadline.IsCancellationRequested, problem());
            await SendRoundAsync();
        }
    }

    private async Task SendRoundAsync()
    {
        AssertionHeaders headers = _blog!.Issue();
        Assert.Equal("OK", (await TrustedBlog.SendAsync(headers, TrackerOrigin)).Code);
        Assert.Equal("REPLAYED", (await TrustedBlog.SendAsync(headers, TrackerOrigin)).Code);
        for (int number = 0; number < 5; number++)
        {
            using HttpRequestMessage forged = new HttpRequestMessage(HttpMethod.Get, TrackerOrigin + "/rest/api/issues").With(_headers);
            forged.With(KeyHeader, Forge(Assert.Single(forged.Headers.GetValues(KeyHeader))));
            Assert.Equal("BAD_GRANT", (await forged.SendAsync()).Code);
        }

        using (HttpRequestMessage stranger = new HttpRequestMessage(HttpMethod.Get, TrackerOrigin + "/rest/api/issues").With(headers).With("X-Seraph-Trusted-App-ID", "stranger:1"))
        {
            Assert.Equal("APP_UNKNOWN", (await stranger.SendAsync()).Code);
        }

        using HttpRequestMessage dates = new(HttpMethod.Get, TrackerOrigin + "/rest/api/dates");
        string login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"fred:{SampleProcess.Password}"));
        dates.Headers.Authorization = new AuthenticationHeaderValue("Basic", login);
        Assert.Equal((int)HttpStatusCode.OK, (await dates.SendAsync()).Status);
        await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
    }

    // The alerts as they are, but each fires at once.
    private static async Task<string> ReadRulesAsync()
    {
        string rules = await File.ReadAllTextAsync(Document("alerts.yml"), TestContext.Current.CancellationToken);
        return Regex.Replace(rules, @"for: \d+[mh]", "for: 1s", RegexOptions.None, TimeSpan.FromSeconds(1));
    }

    internal static string Document(string name) => Path.Combine(BuiltProject.Root, "docs", "telemetry", name);

    // The key grant of the blog, with a signature that is not the blog's.
    private static string Forge(string key)
    {
        int signature = key.LastIndexOf('.') + 1;
        return $"{key[..signature]}{(key[signature] == 'A' ? 'B' : 'A')}{key[(signature + 1)..]}";
    }

    private static string FingerprintOf(ApplicationCertificate certificate) => Assert.Single(certificate.SigningKeys).Fingerprint;

    private Task<ApplicationCertificate> FetchAsync(string origin) => _certificates.FetchAsync(new Uri(origin), TestContext.Current.CancellationToken);

    private T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
