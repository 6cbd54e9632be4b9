using Microsoft.Extensions.Logging;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Tests.Certificates;

/// <summary>The wiki rotates its keys, and the tracker follows without an administrator.</summary>
public sealed class ConfiguredCertificateRefreshTests
{
    private static readonly DateTimeOffset _start = ManualTimeProvider.OfToday().GetUtcNow();
    private static readonly Lazy<ApplicationKeys> _first = new(() => ThrowAwayKeys.Of("wiki", 3, _start));
    private static readonly Lazy<ApplicationKeys> _published = new(() => _first.Value.WithNext(_start.AddSeconds(1)));
    private static readonly Lazy<ApplicationKeys> _rotated = new(() => _published.Value.Rotate(_start.AddSeconds(2)));
    private static readonly Lazy<ApplicationKeys> _stranger = new(() => ThrowAwayKeys.Of("wiki", 4, _start));

    private readonly ManualTimeProvider _clock = new(_start.AddMinutes(1));

    [Theory]
    [AtEachEntrance]
    public async Task The_first_request_under_a_new_key_is_refused_and_the_next_accepted(Entrance entrance)
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(_first.Value, _clock);
        await using KestrelServer tracker = await StartAsync(wiki, isFollowedAtOnce: true, entrance: entrance);
        Assert.Equal("OK", await CodeAsync(tracker, _first.Value));

        wiki.Keys = _published.Value; // which the tracker does not fetch before the rotation
        wiki.Keys = _rotated.Value;
        string? refused = await CodeAsync(tracker, _rotated.Value);
        await wiki.NextFetchAsync();
        LogLine replaced = await tracker.Logs.FirstAsync("KeysReplaced");

        Assert.Equal("BAD_GRANT", refused);
        Assert.Contains("which is not on record: if the application has a new key, its certificate is fetched again by itself", tracker.Logs.Refusals.First().Message, StringComparison.Ordinal);
        await UntilAsync("OK", tracker, _rotated.Value);
        Assert.Equal("OK", await CodeAsync(tracker, _first.Value)); // the old key is still in the certificate
        Assert.Equal((40, LogLevel.Information), (replaced.Event.Id, replaced.Level));
        Assert.Equal(2, wiki.Fetches.Count());
    }

    [Fact]
    public async Task Whatever_the_number_of_unknown_keys_the_certificate_is_fetched_once_in_5_minutes()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(_first.Value, _clock);
        await using KestrelServer tracker = await StartAsync(wiki);
        await wiki.NextFetchAsync(); // of the start
        DateTimeOffset start = _clock.GetUtcNow();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => CodeAsync(tracker, _stranger.Value)));
        await wiki.NextFetchAsync();
        _clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        await CodeAsync(tracker, _stranger.Value);
        await CodeAsync(tracker, _rotated.Value);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await CodeAsync(tracker, _rotated.Value);
        await wiki.NextFetchAsync();

        Assert.Equal([start, start, start.AddMinutes(5)], wiki.Fetches);
        Assert.Equal("OK", await CodeAsync(tracker, _first.Value));
        Assert.Equal("BAD_GRANT", await CodeAsync(tracker, _stranger.Value));
    }

    [Fact]
    public async Task No_request_waits_for_a_certificate()
    {
        var never = new TaskCompletionSource();
        await using CertificateHost wiki = await CertificateHost.StartAsync(_first.Value, _clock);
        await using KestrelServer tracker = await StartAsync(wiki);
        await wiki.NextFetchAsync();
        wiki.Ready = never.Task;

        string? refused = await CodeAsync(tracker, _stranger.Value);
        await wiki.NextFetchAsync();
        string? accepted = await CodeAsync(tracker, _first.Value);

        Assert.Equal(("BAD_GRANT", "OK"), (refused, accepted));
        never.SetResult();
    }

    [Fact]
    public async Task The_certificate_is_fetched_every_24_hours()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(_first.Value, _clock);
        await using KestrelServer tracker = await StartAsync(wiki, isFollowedAtOnce: true);
        await wiki.NextFetchAsync();
        DateTimeOffset start = _clock.GetUtcNow();

        _clock.Advance(TimeSpan.FromHours(21)); // jitter takes off a tenth at most
        _clock.Advance(TimeSpan.FromHours(3));
        await wiki.NextFetchAsync();
        wiki.Keys = _published.Value;
        _clock.Advance(TimeSpan.FromHours(24));
        await wiki.NextFetchAsync();

        await tracker.Logs.FirstAsync("KeysReplaced");
        Assert.Equal([start, start.AddHours(24), start.AddHours(48)], wiki.Fetches);
        await UntilAsync("OK", tracker, _rotated.Value); // the new key was known before it was used
        Assert.DoesNotContain(tracker.Logs.Ours, line => line.Event.Id >= 40);
    }

    [Fact]
    public async Task A_certificate_that_drops_a_key_takes_effect_after_the_hold()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(_rotated.Value, _clock);
        await using KestrelServer tracker = await StartAsync(
            wiki, trust: trust => trust.Fingerprints.Add(_first.Value.ToCertificate(time: _clock).SigningKeys[0].Fingerprint), fingerprints: [_rotated.Value.Keys.First(key => key is { Use: KeyUse.Signature, Status: KeyStatus.Current }).PublicKey.Fingerprint]);
        await wiki.NextFetchAsync();

        _clock.Advance(TimeSpan.FromDays(7)); // the retired key has left the certificate
        await wiki.NextFetchAsync();
        LogLine held = await tracker.Logs.FirstAsync("KeysHeld");
        Assert.Equal((41, LogLevel.Warning), (held.Event.Id, held.Level));
        RsaPublicKey leaves = _first.Value.ToCertificate(time: _clock).SigningKeys[0];
        Assert.Contains(leaves.Fingerprint, held.Message, StringComparison.Ordinal); // the key that is missing, as pages and tool show it
        Assert.Matches("take effect at [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", held.Message);
        Assert.Contains("trust?id=", held.Message, StringComparison.Ordinal); // where to decide
        Assert.Equal("OK", await CodeAsync(tracker, _first.Value));
        Assert.Equal("OK", await CodeAsync(tracker, _rotated.Value));

        for (int hour = 0; hour < 26; hour++) await CheckAsync(wiki);
        await tracker.Logs.FirstAsync("KeysReplaced");
        await UntilAsync("BAD_GRANT", tracker, _first.Value);
        await UntilAsync("OK", tracker, _rotated.Value);
    }

    [Fact]
    public async Task A_certificate_that_is_no_longer_served_is_dropped()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(_first.Value, _clock);
        await using KestrelServer tracker = await StartAsync(wiki);
        await wiki.NextFetchAsync();
        wiki.Keys = _published.Value;
        _clock.Advance(TimeSpan.FromHours(24));
        await wiki.NextFetchAsync();
        await tracker.Logs.FirstAsync("KeysHeld");

        wiki.Keys = _first.Value;
        for (int hour = 0; hour < 8; hour++) await CheckAsync(wiki);

        LogLine dropped = await tracker.Logs.FirstAsync("HeldKeysDropped");
        Assert.Equal((45, LogLevel.Warning), (dropped.Event.Id, dropped.Level));
        Assert.Contains("7 of its last 7 hourly checks found another one", dropped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fetch_that_fails_changes_nothing_and_is_tried_again_after_an_hour()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(_first.Value, _clock);
        await using KestrelServer tracker = await StartAsync(wiki, isFollowedAtOnce: true);
        await wiki.NextFetchAsync();
        DateTimeOffset start = _clock.GetUtcNow();
        wiki.IsBroken = true;

        _clock.Advance(TimeSpan.FromHours(24));
        await wiki.NextFetchAsync();
        LogLine failed = await tracker.Logs.FirstAsync("CertificateNotFetched");
        Assert.Equal("OK", await CodeAsync(tracker, _first.Value));
        wiki.IsBroken = false;
        wiki.Keys = _rotated.Value;
        _clock.Advance(TimeSpan.FromHours(1));
        await wiki.NextFetchAsync();
        await tracker.Logs.FirstAsync("KeysReplaced"); // a request before it would name an unknown key, and have it fetched once more

        await UntilAsync("OK", tracker, _rotated.Value);
        Assert.Equal((43, LogLevel.Warning), (failed.Event.Id, failed.Level));
        Assert.Contains($"{wiki.Origin}/.well-known/trusted-app answers 500, not 200.", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(tracker.Logs.Lines, line => line.Event.Name == "CertificateUnconfirmed");
        Assert.Equal([start, start.AddHours(24), start.AddHours(25)], wiki.Fetches);
    }

    [Fact]
    public async Task A_certificate_that_nobody_confirmed_for_30_days_raises_a_warning()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(_first.Value, _clock);
        await using KestrelServer tracker = await StartAsync(wiki);
        await wiki.NextFetchAsync();
        wiki.IsBroken = true;

        _clock.Advance(TimeSpan.FromDays(30) + TimeSpan.FromSeconds(1));
        LogLine warning = await tracker.Logs.FirstAsync("CertificateUnconfirmed");

        Assert.Equal((44, LogLevel.Warning), (warning.Event.Id, warning.Level));
        Assert.Equal("OK", await CodeAsync(tracker, _first.Value)); // a warning, no more
    }

    [Fact]
    public async Task Keys_that_no_key_on_record_vouches_for_are_refused()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(_first.Value, _clock);
        await using KestrelServer tracker = await StartAsync(wiki);
        await wiki.NextFetchAsync();
        wiki.Keys = _stranger.Value.WithNext(_clock.GetUtcNow(), set: 7); // newer, and somebody else's

        _clock.Advance(TimeSpan.FromHours(24));
        LogLine refused = await tracker.Logs.FirstAsync("KeysRefused");

        Assert.Equal((42, LogLevel.Warning), (refused.Event.Id, refused.Level));
        Assert.Equal(("OK", "BAD_GRANT"), (await CodeAsync(tracker, _first.Value), await CodeAsync(tracker, _stranger.Value)));
    }

    [Fact]
    public async Task A_certificate_that_lists_the_legacy_key_is_refused_and_fetching_goes_on()
    {
        ApplicationKey next = _published.Value.Keys.First(key => key is { Use: KeyUse.Signature, Status: KeyStatus.Next });
        await using CertificateHost wiki = await CertificateHost.StartAsync(_first.Value, _clock);
        await using KestrelServer tracker = await StartAsync(wiki, trust: trust => trust.Legacy = new LegacyAccessOptions
        {
            PublicKey = next.PublicKey.ToBase64(),
            Until = _clock.GetUtcNow().AddYears(1),
            Addresses = { "*" },
            Urls = { "*" },
        });
        await wiki.NextFetchAsync();
        wiki.Keys = _published.Value;

        _clock.Advance(TimeSpan.FromHours(24));
        await wiki.NextFetchAsync();
        LogLine refused = await tracker.Logs.FirstAsync("KeysRefused");
        _clock.Advance(TimeSpan.FromHours(24));
        await wiki.NextFetchAsync();

        Assert.Contains("legacy key", refused.Message, StringComparison.Ordinal);
        Assert.Equal(("OK", "BAD_GRANT"), (await CodeAsync(tracker, _first.Value), await CodeAsync(tracker, _rotated.Value)));
    }

    [Fact]
    public async Task Nothing_is_fetched_again_where_that_is_turned_off()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(_first.Value, _clock);
        await using KestrelServer tracker = await StartAsync(wiki, configure: options => options.RefreshCertificates = false);

        Assert.Equal("BAD_GRANT", await CodeAsync(tracker, _rotated.Value));
        _clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal("BAD_GRANT", await CodeAsync(tracker, _rotated.Value));

        Assert.Single(wiki.Fetches);
    }

    private async Task<string?> CodeAsync(KestrelServer tracker, ApplicationKeys keys) =>
        (await tracker.Trusted("/closed", keys: keys, time: _clock).SendAsync()).Code;

    // Each hour has one check.
    private async Task CheckAsync(CertificateHost wiki)
    {
        int before = wiki.Fetches.Count();
        _clock.Advance(TimeSpan.FromHours(1));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (wiki.Fetches.Count() == before && !patience.IsCancellationRequested) await Task.Yield();
        await _clock.Idle.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    // A round has no event to wait for.
    private async Task UntilAsync(string code, KestrelServer tracker, ApplicationKeys keys)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await CodeAsync(tracker, keys) != code) Assert.False(patience.IsCancellationRequested, $"There was no {code}.");
    }

    private async Task<KestrelServer> StartAsync(
        CertificateHost wiki,
        bool isFollowedAtOnce = false,
        Action<TrustedApplicationOptions>? trust = null,
        string[]? fingerprints = null,
        Action<TrustedAppsOptions>? configure = null,
        Entrance entrance = Entrance.Handler)
    {
        KestrelServer tracker = await Version4.StartAsync(
            options =>
            {
                if (isFollowedAtOnce) options.CertificateHold = TimeSpan.Zero;
                var application = new TrustedApplicationOptions { CertificateUrl = wiki.Origin, Addresses = { "*" }, Urls = { "*" } };
                foreach (string fingerprint in fingerprints ?? [_first.Value.ToCertificate(time: _clock).SigningKeys[0].Fingerprint]) application.Fingerprints.Add(fingerprint);
                trust?.Invoke(application);
                options.Applications.Add(application);
                configure?.Invoke(options);
            },
            entrance: entrance,
            time: _clock);
        await tracker.Logs.FirstAsync("TrustReady");
        return tracker;
    }
}
