using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Certificates;
using TrustedApps.Client;
using TrustedApps.Keys;

namespace TrustedApps.IntegrationTests;

/// <summary>A client that names neither a certificate nor fingerprints: administrators have put the provider on record.</summary>
public sealed class ProviderStoreTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly InMemoryProviderStore _store = new();
    private readonly RequestLog _seen = new();
    private readonly ManualTimeProvider _clock = ManualTimeProvider.OfToday();

    [Fact]
    public async Task What_is_on_record_is_pinned_without_a_fetch()
    {
        await using KestrelServer tracker = await Version4.StartAsync(before: _seen.WatchAlone);
        _store.Pin(tracker.Origin, TestKeys.Tracker);
        using Consumer wiki = ConsumerOf(tracker.Origin);

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => wiki.GetAsync(tracker.Origin + "/closed")));

        Assert.All(answers, answer => Assert.Equal("OK", answer.Code));
        Assert.Equal(1, _store.Questions);
        Assert.DoesNotContain(_seen.Seen, request => request.Target == ApplicationCertificate.Path);
    }

    [Fact]
    public async Task Until_somebody_adds_the_provider_requests_fail_and_say_what_to_do()
    {
        await using KestrelServer tracker = await Version4.StartAsync(before: _seen.WatchAlone);
        using Consumer wiki = ConsumerOf(tracker.Origin);

        var missing = await Assert.ThrowsAsync<CertificateException>(() => wiki.GetAsync(tracker.Origin + "/closed"));
        Assert.Equal($"The store has no provider at {tracker.Origin}, so nothing is sent to it. Add it on the pages or with 'trusted-apps provider add {tracker.Origin}'.", missing.Message);
        Assert.Empty(_seen.Seen);

        _store.Pin(tracker.Origin, TestKeys.Tracker);
        Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code);
    }

    [Fact]
    public async Task Fingerprints_and_a_certificate_in_the_options_win_over_the_store()
    {
        await using KestrelServer tracker = await Version4.StartAsync();
        using var file = new TestKeyFile(TestKeys.Tracker);
        _store.Pin(tracker.Origin, TestKeys.Blog);
        using Consumer compared = ConsumerOf(tracker.Origin, options => options.ProviderFingerprints.Add(Version4.TrackerFingerprint));
        using Consumer given = ConsumerOf(tracker.Origin, options => options.ProviderCertificateFile = file.CertificatePath);

        Assert.Equal("OK", (await compared.GetAsync(tracker.Origin + "/closed")).Code);
        Assert.Equal("OK", (await given.GetAsync(tracker.Origin + "/closed")).Code);
        Assert.Equal(0, _store.Questions);
    }

    [Fact]
    public async Task The_rotation_of_the_provider_is_kept_in_the_store_once()
    {
        ApplicationKeys old = ThrowAwayKeys.Of("tracker", 3, _clock.GetUtcNow());
        ApplicationKeys rotated = old.WithNext(_clock.GetUtcNow()).Rotate(_clock.GetUtcNow());
        await using CertificateHost tracker = await CertificateHost.StartAsync(old, _clock);
        _store.Pin(tracker.Origin, old, _clock);
        using Consumer wiki = ConsumerOf(tracker.Origin);
        await wiki.GetAsync(tracker.Origin + "/");
        Assert.Empty(tracker.Fetches);

        tracker.Keys = rotated;
        _clock.Advance(TimeSpan.FromHours(24));
        await wiki.GetAsync(tracker.Origin + "/");
        await _store.ReplacedAsync();
        await wiki.GetAsync(tracker.Origin + "/");

        Assert.Single(tracker.Fetches);
        Assert.Equal(1, _store.Replacements);
        Assert.Equal(rotated.ToCertificate(time: _clock).SigningKeys, _store[tracker.Origin].SigningKeys);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_another_node_has_on_record_by_now_is_taken(bool isAtTheLastMoment)
    {
        ApplicationKeys old = ThrowAwayKeys.Of("tracker", 3, _clock.GetUtcNow());
        ApplicationKeys rotated = old.WithNext(_clock.GetUtcNow()).Rotate(_clock.GetUtcNow());
        byte[] certificate = old.ToCertificate(time: _clock).ToBytes();
        using var file = new TestKeyFile(rotated);
        await using KestrelServer tracker = await Version4.StartAsync(
            options => options.Keys = file.Path,
            before: app => app.Use((context, next) => context.Request.Path == ApplicationCertificate.Path ? ServeAsync(context, certificate) : next(context)),
            time: _clock);
        _store.Pin(tracker.Origin, old, _clock);
        using Consumer wiki = ConsumerOf(tracker.Origin);
        Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code); // the retired key still opens grants

        Action follow = () => _store.Pin(tracker.Origin, rotated, _clock);
        if (isAtTheLastMoment) _store.Before = follow;
        else follow();
        _clock.Advance(TimeSpan.FromHours(50) + TimeSpan.FromMinutes(2)); // now it opens nothing, and this node would find an old certificate
        await UntilAsync(async () => (await wiki.GetAsync(tracker.Origin + "/closed")).Code == "OK");

        Assert.Equal(rotated.ToCertificate(time: _clock).SigningKeys, _store[tracker.Origin].SigningKeys);
    }

    [Fact]
    public async Task A_provider_that_was_removed_is_asked_no_more_until_it_is_added_again()
    {
        await using KestrelServer tracker = await Version4.StartAsync(before: _seen.WatchAlone, time: _clock);
        _store.Pin(tracker.Origin, TestKeys.Tracker, _clock);
        using Consumer wiki = ConsumerOf(tracker.Origin);
        Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code);

        _store.Remove(tracker.Origin);
        _clock.Advance(TimeSpan.FromHours(24));
        await UntilAsync(async () => await Record.ExceptionAsync(() => wiki.GetAsync(tracker.Origin + "/closed")) is CertificateException);
        int asked = _seen.Seen.Length;
        await Assert.ThrowsAsync<CertificateException>(() => wiki.GetAsync(tracker.Origin + "/closed"));
        Assert.Equal(asked, _seen.Seen.Length);

        _store.Pin(tracker.Origin, TestKeys.Tracker, _clock);
        Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code);
    }

    [Fact]
    public async Task A_provider_that_began_anew_with_other_keys_is_followed_when_an_administrator_has_compared_them()
    {
        ApplicationKeys lost = ThrowAwayKeys.Of("tracker", 3, _clock.GetUtcNow());
        using var file = new TestKeyFile(ThrowAwayKeys.Of("tracker", 4, _clock.GetUtcNow()));
        await using KestrelServer tracker = await Version4.StartAsync(options => options.Keys = file.Path, time: _clock);
        _store.Pin(tracker.Origin, lost, _clock);
        using Consumer wiki = ConsumerOf(tracker.Origin);
        Assert.NotEqual("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code);

        _store.Pin(tracker.Origin, ApplicationKeys.Load(file.Path), _clock);
        _clock.Advance(TimeSpan.FromMinutes(5)); // a refused grant is looked into once in that time
        await UntilAsync(async () => (await wiki.GetAsync(tracker.Origin + "/closed")).Code == "OK");
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(_patience);
        while (!await holds()) Assert.False(patience.IsCancellationRequested, "It never came about.");
    }

    private static async Task ServeAsync(HttpContext context, byte[] certificate)
    {
        context.Response.ContentType = ApplicationCertificate.MediaType;
        await context.Response.Body.WriteAsync(certificate, context.RequestAborted);
    }

    private Consumer ConsumerOf(string baseUrl, Action<TrustedAppClientOptions>? configure = null) => new(
        baseUrl,
        options =>
        {
            options.Version = new TrustedAppClientOptions().Version;
            options.ProviderCertificateHold = TimeSpan.Zero;
            configure?.Invoke(options);
        },
        after: builder => builder.Services.AddSingleton<IProviderStore>(_store),
        time: _clock);
}
