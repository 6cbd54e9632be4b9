using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Certificates;
using TrustedApps.Client;
using TrustedApps.Keys;

namespace TrustedApps.IntegrationTests;

/// <summary>
/// version-4.md, section 2: a consumer whose provider certificate was not confirmed within the refetch interval when it
/// starts fetches it before its first grant; requests wait for this one fetch, and if it fails it goes on.
/// </summary>
public sealed class ProviderConfirmationTests : IDisposable
{
    private readonly RequestLog _seen = new();
    private readonly ManualTimeProvider _clock = ManualTimeProvider.OfToday();
    private readonly InMemoryProviderStore _store = new();
    private readonly ApplicationKeys _old;
    private readonly string _file = Path.GetTempFileName();

    public ProviderConfirmationTests() => _old = ThrowAwayKeys.Of("tracker", 3, _clock.GetUtcNow());

    private int Fetches => _seen.Seen.Count(request => request.Target == ApplicationCertificate.Path);

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_days_the_first_requests_wait_for_one_fetch_and_use_the_key_that_is_in_use_now(bool isInStore)
    {
        using var file = new TestKeyFile(Rotated());
        await using KestrelServer tracker = await StartAsync(file);
        Pin(tracker.Origin);
        _clock.Advance(TimeSpan.FromDays(4));
        using Consumer wiki = ConsumerOf(tracker.Origin, isInStore);

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => wiki.GetAsync(tracker.Origin + "/closed")));

        Assert.All(answers, answer => Assert.Equal("OK", answer.Code));
        Assert.Equal(1, Fetches);
        Assert.Equal(ApplicationCertificate.Path, _seen.Seen[0].Target); // nothing was sent before
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task If_the_fetch_fails_what_is_on_record_serves(bool isInStore)
    {
        using var file = new TestKeyFile(_old);
        await using KestrelServer tracker = await StartAsync(file, servesCertificate: false);
        Pin(tracker.Origin);
        _clock.Advance(TimeSpan.FromDays(4));
        using Consumer wiki = ConsumerOf(tracker.Origin, isInStore);

        Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code);
        Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code);
        Assert.Equal(1, Fetches);
        Assert.Single(wiki.Logs.Lines, line => line.Event.Name == "CertificateNotFetched");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_confirmed_within_a_day_needs_no_fetch(bool isInStore)
    {
        using var file = new TestKeyFile(_old);
        await using KestrelServer tracker = await StartAsync(file);
        Pin(tracker.Origin);
        _clock.Advance(TimeSpan.FromHours(24));
        using Consumer wiki = ConsumerOf(tracker.Origin, isInStore);

        Assert.Equal("OK", (await wiki.GetAsync(tracker.Origin + "/closed")).Code);
        Assert.Equal(0, Fetches);
    }

    // As a store has them four days later: nothing of the encryption key on record is left.
    private ApplicationKeys Rotated() => _old
        .RotateEncryptionKeys(_clock.GetUtcNow(), TimeSpan.FromDays(1))
        .RotateEncryptionKeys(_clock.GetUtcNow().AddDays(4), TimeSpan.FromDays(1));

    private Task<KestrelServer> StartAsync(TestKeyFile keys, bool servesCertificate = true) => Version4.StartAsync(
        options => options.Keys = keys.Path,
        before: app =>
        {
            _seen.WatchAlone(app);
            if (!servesCertificate) app.Use((context, next) => context.Request.Path == ApplicationCertificate.Path ? FailAsync(context) : next(context));
        },
        time: _clock);

    private void Pin(string origin)
    {
        _store.Pin(origin, _old, _clock);
        File.WriteAllBytes(_file, _old.ToCertificate(time: _clock).ToBytes());
    }

    private Consumer ConsumerOf(string baseUrl, bool isInStore) => new(
        baseUrl,
        options =>
        {
            options.Version = new TrustedAppClientOptions().Version;
            if (!isInStore) options.ProviderCertificateFile = _file;
        },
        after: builder => builder.Services.AddSingleton<IProviderStore>(_store),
        time: _clock);

    private static Task FailAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status502BadGateway;
        return Task.CompletedTask;
    }
}
