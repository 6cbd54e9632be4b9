using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.Certificates;
using TrustedApps.Client;
using TrustedApps.Keys;

namespace TrustedApps.IntegrationTests;

/// <summary>Which certificate of the provider the consumer makes its session keys for.</summary>
public sealed class ProviderPinningTests
{
    private readonly RequestLog _seen = new();
    private readonly ManualTimeProvider _clock = ManualTimeProvider.OfToday();

    private IEnumerable<SeenRequest> Fetches => _seen.Seen.Where(request => request.Target.EndsWith(ApplicationCertificate.Path, StringComparison.Ordinal));

    [Fact]
    public async Task Many_first_requests_at_once_fetch_the_certificate_once()
    {
        await using KestrelServer tracker = await Version4.StartAsync(before: _seen.WatchAlone);
        using var wiki = Consumer.OfVersion4(tracker.Origin);

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => wiki.GetAsync(tracker.Origin + "/closed")));

        Assert.All(answers, answer => Assert.Equal("OK", answer.Code));
        Assert.Empty(Assert.Single(Fetches).TrustedHeaders);
        LogLine pinned = Assert.Single(wiki.Logs.Lines, line => line.Event.Name == "ProviderPinned");
        Assert.StartsWith($"The certificate of 'tracker' at {tracker.Origin} is pinned.", pinned.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_fingerprint_throws_and_nothing_is_sent()
    {
        await using KestrelServer tracker = await Version4.StartAsync(before: _seen.WatchAlone);
        using var wiki = Consumer.OfVersion4(tracker.Origin, options => options.ProviderFingerprints.Add(Version4.FingerprintOf(TestKeys.Blog)));
        using var more = Consumer.OfVersion4(tracker.Origin, options =>
        {
            options.ProviderFingerprints.Add(Version4.TrackerFingerprint);
            options.ProviderFingerprints.Add(Version4.FingerprintOf(TestKeys.Blog));
        });

        var refused = await Assert.ThrowsAsync<CertificateException>(() => wiki.GetAsync(tracker.Origin + "/closed"));
        await Assert.ThrowsAsync<CertificateException>(() => wiki.GetAsync(tracker.Origin + "/closed"));
        await Assert.ThrowsAsync<CertificateException>(() => more.GetAsync(tracker.Origin + "/closed"));

        Assert.Equal(
            $"The certificate at {tracker.Origin} has the fingerprint {Version4.TrackerFingerprint}, not the one in ProviderFingerprints. Ask the other administrator which is right before you change the setting.",
            refused.Message);
        Assert.Empty(_seen.Trusted);
    }

    [Fact]
    public async Task After_a_fetch_that_failed_the_next_request_tries_again()
    {
        bool isUp = false;
        await using KestrelServer tracker = await Version4.StartAsync(before: app => app.Use((context, next) =>
        {
            if (isUp) return next(context);
            context.Response.StatusCode = 502;
            return Task.CompletedTask;
        }));
        using var wiki = Consumer.OfVersion4(tracker.Origin);

        var failed = await Assert.ThrowsAsync<HttpRequestException>(() => wiki.GetAsync(tracker.Origin + "/closed"));
        isUp = true;
        Answer answer = await wiki.GetAsync(tracker.Origin + "/closed");

        Assert.Equal(502, Assert.IsType<CertificateException>(failed.InnerException).StatusCode);
        Assert.Equal("OK", answer.Code);
    }

    [Fact]
    public async Task A_certificate_in_a_file_is_confirmed_at_the_start_where_it_is_refreshed_and_needs_no_fetch()
    {
        using var file = new TestKeyFile(TestKeys.Tracker);
        using var blog = new TestKeyFile(TestKeys.Blog);
        await using KestrelServer tracker = await Version4.StartAsync(before: _seen.WatchAlone);
        using var wiki = Consumer.OfVersion4(tracker.Origin, options => (options.ProviderCertificateFile, options.RefreshProviderCertificate) = (file.CertificatePath, false));
        using var misled = Consumer.OfVersion4(tracker.Origin, options => (options.ProviderCertificateFile, options.RefreshProviderCertificate) = (blog.CertificatePath, false));
        using var confirmed = Consumer.OfVersion4(tracker.Origin, options => options.ProviderCertificateFile = file.CertificatePath);
        using var none = Consumer.OfVersion4(tracker.Origin, options => options.ProviderCertificateFile = file.Path);

        Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code);
        Assert.Equal("BAD_AUDIENCE", (await misled.GetAsync(tracker.Origin + "/closed")).Code);
        Assert.Contains("This is a key file with private keys", (await Assert.ThrowsAsync<CertificateException>(() => none.GetAsync(tracker.Origin + "/closed"))).Message, StringComparison.Ordinal);

        Assert.Empty(Fetches);
        Assert.Equal("OK", (await confirmed.GetAsync(tracker.Origin + "/closed")).Code);
        Assert.Single(Fetches);
    }

    [Fact]
    public async Task A_second_provider_with_the_id_or_a_key_of_another_is_refused()
    {
        ApplicationKeys other = ThrowAwayKeys.Of("tracker", 3);
        ApplicationKeys thief = ApplicationKeys.Parse(Renamed(TestKeys.Tracker, "thief"));
        ApplicationKeys honest = ThrowAwayKeys.Of("thief", 4);
        await using CertificateHost first = await CertificateHost.StartAsync(TestKeys.Tracker, TimeProvider.System);
        await using CertificateHost sameId = await CertificateHost.StartAsync(other, TimeProvider.System);
        await using CertificateHost sameKey = await CertificateHost.StartAsync(thief, TimeProvider.System);
        await using CertificateHost again = await CertificateHost.StartAsync(TestKeys.Tracker, TimeProvider.System);
        await using CertificateHost laterOfThatId = await CertificateHost.StartAsync(honest, TimeProvider.System);
        var services = new ServiceCollection();
        foreach (CertificateHost host in new[] { first, sameId, sameKey, again, laterOfThatId })
        {
            services.AddHttpClient(host.Origin).AddTrustedApp(options =>
            {
                (options.BaseUrl, options.Keys) = (host.Origin, TestKeys.Wiki);
                options.ProviderFingerprints.Add(Version4.FingerprintOf(host.Keys));
            });
        }

        await using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Equal("", await AskAsync(first));
        Assert.Equal("Another provider of the id 'tracker' is pinned already, with other keys.", await AskAsync(sameId));
        Assert.Equal("The provider 'thief' has a key of 'tracker', which is pinned already.", await AskAsync(sameKey));
        Assert.Equal("", await AskAsync(again)); // one provider at two base URLs
        Assert.Equal("", await AskAsync(laterOfThatId)); // what was refused left nothing behind

        async Task<string> AskAsync(CertificateHost host)
        {
            using HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient(host.Origin);
            using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, host.Origin + "/").OnBehalfOf("fred");
            try
            {
                using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
                return "";
            }
            catch (CertificateException refused)
            {
                return refused.Message;
            }
        }
    }

    [Fact]
    public async Task A_new_wrapping_key_is_used_after_the_certificate_is_fetched_again()
    {
        ApplicationKeys old = ThrowAwayKeys.Of("tracker", 3, _clock.GetUtcNow());
        await using CertificateHost tracker = await CertificateHost.StartAsync(old, _clock);
        using var wiki = Consumer.OfVersion4(tracker.Origin, options => FollowAtOnce(options, old), time: _clock);
        await wiki.GetAsync(tracker.Origin + "/");
        await tracker.NextFetchAsync();

        tracker.Keys = old.WithNext(_clock.GetUtcNow()).Rotate(_clock.GetUtcNow());
        await wiki.GetAsync(tracker.Origin + "/");
        Assert.Single(tracker.Fetches);
        _clock.Advance(TimeSpan.FromHours(24));
        await tracker.NextFetchAsync();
        LogLine replaced = await wiki.Logs.FirstAsync("KeysReplaced");

        Assert.Contains("'tracker' has a new certificate, signed by a key on record.", replaced.Message, StringComparison.Ordinal);
        Assert.Equal(2, tracker.Fetches.Count());
    }

    [Fact]
    public async Task A_provider_that_has_given_up_its_old_key_is_followed_in_the_background()
    {
        ApplicationKeys old = ThrowAwayKeys.Of("tracker", 3, _clock.GetUtcNow());
        ApplicationKeys rotated = old.WithNext(_clock.GetUtcNow()).Rotate(_clock.GetUtcNow());
        byte[] certificate = old.ToCertificate(time: _clock).ToBytes();
        using var file = new TestKeyFile(rotated);
        await using KestrelServer tracker = await Version4.StartAsync(
            options => options.Keys = file.Path,
            before: app => app.Use((context, next) => context.Request.Path == ApplicationCertificate.Path && certificate.Length > 0
                ? ServeAsync(context, certificate)
                : next(context)),
            time: _clock);
        using var wiki = Consumer.OfVersion4(tracker.Origin, options => FollowAtOnce(options, old), time: _clock);
        Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code); // the retired key still opens grants
        certificate = [];

        _clock.Advance(TimeSpan.FromHours(50) + TimeSpan.FromMinutes(2)); // the retired key opens nothing any more, and this request finds the certificate due
        await wiki.GetAsync(tracker.Origin + "/closed");
        await wiki.Logs.FirstAsync("KeysReplaced");

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await wiki.GetAsync(tracker.Origin + "/closed")).Code != "OK") Assert.False(patience.IsCancellationRequested, "The new wrapping key was not used.");
    }

    [Theory]
    [InlineData("http://tracker.example", false, "BaseUrl http://tracker.example is plain http, so others on the network path can read the responses. Use https. Only AllowHttp lets version 4 use plain http.")]
    [InlineData("http://tracker.example", true, null)]
    [InlineData("https://tracker.example", false, null)]
    [InlineData("http://localhost:8080", false, null)]
    public void Plain_http_to_another_host_has_to_be_allowed_by_name(string baseUrl, bool allowHttp, string? problem)
    {
        using var wiki = Consumer.OfVersion4(baseUrl, options => options.AllowHttp = allowHttp);

        Exception? refused = Record.Exception(() => wiki.Client);

        Assert.Equal(problem is null ? null : $"TrustedAppClientOptions of the client 'tracker': {problem}", (refused as OptionsValidationException)?.Message);
        Assert.Equal(problem is null, refused is null);
    }

    private void FollowAtOnce(TrustedAppClientOptions options, ApplicationKeys keys)
    {
        options.ProviderFingerprints.Add(keys.ToCertificate(time: _clock).SigningKeys[0].Fingerprint);
        options.ProviderCertificateHold = TimeSpan.Zero;
    }

    private static byte[] Renamed(ApplicationKeys keys, string id)
    {
        using var file = new TestKeyFile(keys);
        return System.Text.Encoding.UTF8.GetBytes(File.ReadAllText(file.Path).Replace($"\"{keys.Id}\"", $"\"{id}\"", StringComparison.Ordinal));
    }

    private static async Task ServeAsync(HttpContext context, byte[] certificate)
    {
        context.Response.ContentType = ApplicationCertificate.MediaType;
        await context.Response.Body.WriteAsync(certificate, context.RequestAborted);
    }
}
