using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TrustedApps.AspNetCore.Certificates;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Tests.Certificates;

/// <summary>A start waits for no other application: certificates are fetched in the background, and the last good ones are kept.</summary>
public sealed class PendingTrustFetchTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pending-");
    private readonly int _wikiPort = KestrelServer.FindFreePort();
    private readonly int _trackerPort = KestrelServer.FindFreePort();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("wiki first")]
    [InlineData("tracker first")]
    [InlineData("together")]
    public async Task Two_applications_that_trust_each_other_by_URL_start_in_any_order(string order)
    {
        Task<KestrelServer>? wiki = null, tracker = null;
        if (order != "tracker first") wiki = StartAsync(TestKeys.Wiki, _wikiPort, TestKeys.Tracker, _trackerPort);
        if (order == "wiki first") await (await wiki!).Logs.FirstAsync("TrustAwaited");
        tracker = StartAsync(TestKeys.Tracker, _trackerPort, TestKeys.Wiki, _wikiPort);
        if (order == "tracker first") await (await tracker).Logs.FirstAsync("TrustAwaited");
        wiki ??= StartAsync(TestKeys.Wiki, _wikiPort, TestKeys.Tracker, _trackerPort);
        await using KestrelServer one = await wiki;
        await using KestrelServer other = await tracker;

        await one.Logs.FirstAsync("TrustReady");
        await other.Logs.FirstAsync("TrustReady");

        Assert.Equal("OK", (await one.Trusted("/", keys: TestKeys.Tracker, provider: TestKeys.Wiki).SendAsync()).Code);
        Assert.Equal("OK", (await other.Trusted("/", keys: TestKeys.Wiki).SendAsync()).Code);
    }

    [Fact]
    public async Task An_application_starts_alone_and_refuses_only_the_other_one_until_it_is_there()
    {
        await using KestrelServer tracker = await Version4.StartAsync(options =>
        {
            options.Applications.Add(Version4.Trust());
            options.Applications.Add(Fetched("blog", $"http://127.0.0.1:{_wikiPort}", TestKeys.Blog));
        });
        LogLine awaited = await tracker.Logs.FirstAsync("TrustAwaited");

        Answer blog = await tracker.Trusted("/closed", keys: TestKeys.Blog).SendAsync();

        Assert.Equal((46, LogLevel.Warning), (awaited.Event.Id, awaited.Level));
        Assert.StartsWith("Applications:1: the certificate of the application cannot be fetched yet", awaited.Message, StringComparison.Ordinal);
        Assert.Equal((503, "UNAVAILABLE"), (blog.Status, blog.Code));
        Assert.NotEmpty(blog.Headers["Retry-After"]);
        Assert.Equal("OK", (await tracker.Trusted("/closed").SendAsync()).Code);
        Assert.Equal("APP_UNKNOWN", (await tracker.Trusted("/closed", keys: ThrowAwayKeys.Of("stranger", 7)).SendAsync()).Code);
    }

    [Fact]
    public async Task A_request_of_the_awaited_application_ends_the_wait_for_the_next_attempt()
    {
        var time = new ManualTimeProvider();
        var pending = new PendingTrusts();
        var trust = new ConfiguredTrust("Applications:0", Fetched("wiki", $"http://127.0.0.1:{_wikiPort}", TestKeys.Wiki), new TrustedAppsOptions(), time);
        pending.Add(trust);
        int attempts = 0;
        var fetch = new PendingTrustFetch(new KeptCertificates(keyFile: null, NullLogger.Instance), Connect, (_, _, _) => { }, time, NullLogger.Instance);
        using var end = new CancellationTokenSource();

        Task running = await UntilTimerAsync(() => fetch.RunAsync(trust, inUse: null, end.Token));
        await UntilTimerAsync(() => AdvanceAsync(1)); // the second attempt, after which the wait is 2 seconds
        await UntilTimerAsync(() => AdvanceAsync(1));
        Assert.Equal(2, attempts);
        Assert.False(pending.MayBe("blog"));
        await UntilTimerAsync(() => Task.FromResult(pending.MayBe("wiki")));
        Assert.Equal(3, attempts);

        await end.CancelAsync();
        await running;

        CertificateClient Connect(CertificateClientOptions options)
        {
            attempts++;
            return new CertificateClient(options);
        }

        Task AdvanceAsync(int seconds)
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            return Task.CompletedTask;
        }

        async Task<Task> UntilTimerAsync(Func<Task> act)
        {
            Task timer = time.NextTimer;
            Task acted = act();
            await timer.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            return acted;
        }
    }

    [Fact]
    public async Task The_last_good_certificate_is_kept_and_its_fingerprint_is_compared_again()
    {
        KestrelServer wiki = await StartAsync(TestKeys.Wiki, _wikiPort, TestKeys.Tracker, _trackerPort);
        await using (KestrelServer tracker = await StartAsync(TestKeys.Tracker, _trackerPort, TestKeys.Wiki, _wikiPort)) await tracker.Logs.FirstAsync("TrustReady");
        await wiki.DisposeAsync();

        await using (KestrelServer alone = await StartAsync(TestKeys.Tracker, _trackerPort, TestKeys.Wiki, _wikiPort))
        {
            Assert.Equal("OK", (await alone.Trusted("/", keys: TestKeys.Wiki).SendAsync()).Code);
            Assert.DoesNotContain(alone.Logs.Lines, line => line.Event.Name is "TrustAwaited" or "TrustReady");
        }

        await using KestrelServer changed = await StartAsync(TestKeys.Tracker, _trackerPort, TestKeys.Wiki, _wikiPort, fingerprint: TestKeys.Blog);
        Assert.Equal("UNAVAILABLE", (await changed.Trusted("/", keys: TestKeys.Wiki).SendAsync()).Code);
    }

    [Fact]
    public async Task A_kept_file_that_cannot_be_read_is_fetched_anew()
    {
        await using KestrelServer wiki = await StartAsync(TestKeys.Wiki, _wikiPort, TestKeys.Tracker, _trackerPort);
        await using (KestrelServer tracker = await StartAsync(TestKeys.Tracker, _trackerPort, TestKeys.Wiki, _wikiPort)) await tracker.Logs.FirstAsync("TrustReady");
        FileInfo kept = Assert.Single(new DirectoryInfo(KeyFileOf(TestKeys.Tracker) + ".certificates").GetFiles());
        File.WriteAllText(kept.FullName, "{}");

        await using KestrelServer again = await StartAsync(TestKeys.Tracker, _trackerPort, TestKeys.Wiki, _wikiPort);
        await again.Logs.FirstAsync("TrustReady");

        Assert.Equal("OK", (await again.Trusted("/", keys: TestKeys.Wiki).SendAsync()).Code);
    }

    [Fact]
    public async Task A_certificate_of_the_own_id_is_refused()
    {
        await using KestrelServer twin = await StartAsync(ThrowAwayKeys.Of("tracker", 7), _wikiPort, TestKeys.Wiki, _trackerPort, file: "twin.json");
        await using KestrelServer tracker = await StartAsync(TestKeys.Tracker, _trackerPort, ThrowAwayKeys.Of("tracker", 7), _wikiPort);
        Assert.Contains("is in this application's own id", (await tracker.Logs.FirstAsync("TrustRefused")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_that_was_refused_is_not_kept_and_one_that_was_taken_since_stops_no_start()
    {
        ApplicationKeys mallory = ThrowAwayKeys.Of("wiki", 7);
        using var wiki = new TestKeyFile(TestKeys.Wiki);
        TrustedApplicationOptions genuine = Version4.Trust(trust => trust.CertificateFile = wiki.CertificatePath);
        await using KestrelServer other = await StartAsync(mallory, _wikiPort, TestKeys.Tracker, _trackerPort, file: "mallory.json");
        await using (KestrelServer first = await StartAsync(TestKeys.Tracker, _trackerPort, mallory, _wikiPort, also: genuine))
        {
            await first.Logs.FirstAsync("TrustRefused");
            Assert.False(Directory.Exists(KeyFileOf(TestKeys.Tracker) + ".certificates"));
        }

        await using (KestrelServer alone = await StartAsync(TestKeys.Tracker, _trackerPort, mallory, _wikiPort)) await alone.Logs.FirstAsync("TrustReady"); // and kept
        await using KestrelServer again = await StartAsync(TestKeys.Tracker, _trackerPort, mallory, _wikiPort, also: genuine);
        await again.Logs.FirstAsync("TrustRefused");

        Assert.Equal("OK", (await again.Trusted("/", keys: TestKeys.Wiki).SendAsync()).Code);
    }

    [Fact]
    public async Task A_certificate_that_is_not_refreshed_is_fetched_at_each_start_and_the_kept_one_serves_meanwhile()
    {
        ApplicationKeys rotated = TestKeys.Wiki.WithNext(TimeProvider.System.GetUtcNow());
        await using (KestrelServer wiki = await StartAsync(TestKeys.Wiki, _wikiPort, TestKeys.Tracker, _trackerPort))
        await using (KestrelServer tracker = await StartAsync(TestKeys.Tracker, _trackerPort, TestKeys.Wiki, _wikiPort, refreshes: false)) await tracker.Logs.FirstAsync("TrustReady");

        await using KestrelServer again = await StartAsync(TestKeys.Tracker, _trackerPort, TestKeys.Wiki, _wikiPort, refreshes: false);
        LogLine serves = await again.Logs.FirstAsync("CertificateNotFetched");
        Assert.Equal((43, "OK"), (serves.Event.Id, (await again.Trusted("/", keys: TestKeys.Wiki).SendAsync()).Code));

        await using KestrelServer next = await StartAsync(rotated, _wikiPort, TestKeys.Tracker, _trackerPort, file: "rotated.json");
        LogLine ready = await again.Logs.FirstAsync("TrustReady");
        foreach (RsaPublicKey key in rotated.ToCertificate().SigningKeys) Assert.Contains(key.Thumbprint, ready.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kept_certificate_without_its_signatures_is_not_taken()
    {
        await using (KestrelServer wiki = await StartAsync(TestKeys.Wiki, _wikiPort, TestKeys.Tracker, _trackerPort))
        await using (KestrelServer tracker = await StartAsync(TestKeys.Tracker, _trackerPort, TestKeys.Wiki, _wikiPort)) await tracker.Logs.FirstAsync("TrustReady");
        FileInfo kept = Assert.Single(new DirectoryInfo(KeyFileOf(TestKeys.Tracker) + ".certificates").GetFiles());
        JsonNode record = JsonNode.Parse(File.ReadAllText(kept.FullName))!;
        JsonNode certificate = JsonNode.Parse(record["certificate"]!.GetValue<string>())!;
        string signature = certificate["signatures"]![0]!["signature"]!.GetValue<string>();
        certificate["signatures"]![0]!["signature"] = (signature[0] == 'A' ? 'B' : 'A') + signature[1..];
        record["certificate"] = certificate.ToJsonString();
        File.WriteAllText(kept.FullName, record.ToJsonString());

        await using KestrelServer again = await StartAsync(TestKeys.Tracker, _trackerPort, TestKeys.Wiki, _wikiPort);

        Assert.Equal("UNAVAILABLE", (await again.Trusted("/", keys: TestKeys.Wiki).SendAsync()).Code);
    }

    private static TrustedApplicationOptions Fetched(string? id, string url, ApplicationKeys keys) => new()
    {
        Id = id,
        CertificateUrl = url,
        Fingerprint = Version4.FingerprintOf(keys),
        Addresses = { "*" },
        Urls = { "*" },
    };

    private string KeyFileOf(ApplicationKeys keys) => Path.Combine(_folder.FullName, keys.Id + "-keys.json");

    private Task<KestrelServer> StartAsync(ApplicationKeys own, int ownPort, ApplicationKeys other, int otherPort, ApplicationKeys? fingerprint = null, string? file = null, TrustedApplicationOptions? also = null, bool refreshes = true)
    {
        file = file is null ? KeyFileOf(own) : Path.Combine(_folder.FullName, file);
        if (!File.Exists(file)) own.Save(file);
        return KestrelServer.StartAsync(
            (builder, origin) =>
            {
                builder.Services.AddSingleton<TrustedApps.Replay.IReplayCache>(Version4.NewMemory());
                builder.Services.AddAuthorization();
                builder.Services.AddAuthentication(TrustedAppsDefaults.AuthenticationScheme).AddTrustedApps(options =>
                {
                    options.Keys = file;
                    options.RefreshCertificates = refreshes;
                    options.BaseUrls.Add(origin);
                    if (also is not null) options.Applications.Add(also);
                    options.Applications.Add(Fetched(id: null, $"http://127.0.0.1:{otherPort}", fingerprint ?? other));
                });
            },
            app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapTrustedAppCertificate();
                app.MapGet("/", () => "hello").RequireAuthorization();
            },
            port: ownPort);
    }
}
