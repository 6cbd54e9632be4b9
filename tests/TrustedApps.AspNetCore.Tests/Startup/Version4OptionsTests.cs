using System.Globalization;
using Microsoft.Extensions.Options;
using TrustedApps.Certificates;

namespace TrustedApps.AspNetCore.Tests.Startup;

/// <summary>What is wrong in the configuration of version 4 stops the start, and names the setting.</summary>
public sealed class Version4OptionsTests
{
    [Fact]
    public async Task Version_4_needs_keys() => Assert.Equal(
        "Scheme 'TrustedApps': Keys is missing, and version 4 needs this application's own keys: make a key file with 'trusted-apps keys new' and name it, or set KeySource, or register an IKeyStore for the scheme.",
        (await Assert.ThrowsAsync<InvalidOperationException>(() => Version4.StartAsync(options => options.Keys = null, mapsCertificate: false))).Message);

    [Fact]
    public async Task A_key_file_with_a_legacy_key_alone_is_not_enough()
    {
        using var file = new TestKeyFile(TestKeys.Weak);

        InvalidOperationException stopped = await Assert.ThrowsAsync<InvalidOperationException>(() => Version4.StartAsync(options => options.Keys = file.Path));

        Assert.Equal($"Scheme 'TrustedApps': the key file '{file.Path}' has no keys for version 4. Add them with 'trusted-apps certificate publish-next'.", stopped.Message);
    }

    [Fact]
    public Task Plain_http_is_allowed_by_name_only() => AssertRefusedAsync(
        "BaseUrls: http://tracker.example is plain http, where every host on the way can read the responses. Use https.",
        options =>
        {
            options.BaseUrls.Add("https://tracker.example");
            options.BaseUrls.Add("http://tracker.example");
        });

    [Theory]
    [InlineData("http://tracker.example", true)]
    [InlineData("https://tracker.example", false)]
    [InlineData("http://localhost:8080", false)]
    [InlineData("http://127.9.9.9", false)]
    public async Task What_is_protected_or_allowed_starts(string baseUrl, bool allowHttp)
    {
        await using KestrelServer server = await Version4.StartAsync(options =>
        {
            options.BaseUrls.Add(baseUrl);
            options.AllowHttp = allowHttp;
        });

        Assert.Equal("OK", (await server.SendRawAsync("GET /closed", Version4.Issue(baseUrl, "/closed"))).Code);
    }

    [Theory]
    [InlineData("-00:00:01")]
    [InlineData("00:01:01")]
    [InlineData("00:00:00.5")]
    public Task A_clock_skew_out_of_range_is_named(string skew) => AssertRefusedAsync(
        "ClockSkew must be zero to 60 seconds, in whole seconds.", options => options.ClockSkew = TimeSpan.Parse(skew, CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(-1)]
    [InlineData((1 << 30) + 1)]
    public Task A_buffer_out_of_range_is_named(int size) => AssertRefusedAsync(
        "MaxBufferedContent must be 0 to 1073741824 bytes.", options => options.MaxBufferedContent = size);

    [Theory]
    [InlineData("Content-Type")]
    [InlineData("X-Forwarded-For")]
    [InlineData("two words")]
    [InlineData("")]
    public Task A_header_that_no_assertion_can_bind_is_named(string name) => AssertRefusedAsync(
        $"RequiredHeaders: '{name}' cannot be bound by an assertion. List a header that the consumer writes itself, such as Idempotency-Key: not one that has a claim of its own (Host, Content-Type), that belongs to a connection, or that proxies write.",
        options => options.RequiredHeaders.Add(name));

    [Theory]
    [InlineData(-1)]
    [InlineData((30 * 24 * 3600) + 1)]
    public Task A_hold_out_of_range_is_named(int seconds) => AssertRefusedAsync(
        "CertificateHold must be zero to 30 days.", options => options.CertificateHold = TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("00:00:00.9")]
    [InlineData("00:15:01")]
    public Task A_time_out_out_of_range_is_named(string timeout) => AssertTrustRefusedAsync(
        $"Under version 4 the time-out must be 1 second to 15 minutes; it is {TimeSpan.Parse(timeout, CultureInfo.InvariantCulture)}.", trust => trust.Timeout = TimeSpan.Parse(timeout, CultureInfo.InvariantCulture));

    [Fact]
    public Task Older_versions_do_not_share_the_conditions_of_version_4() => AssertTrustRefusedAsync(
        "These are the conditions of version 4: an older version has conditions and an end date of its own.",
        trust =>
        {
            trust.Versions.Add("4");
            trust.Versions.Add("3");
        });

    [Fact]
    public Task A_certificate_file_is_for_version_4() => AssertTrustRefusedAsync(
        "CertificateFile is for version 4; for older versions set PublicKey.", trust => trust.Versions.Add("3"));

    [Fact]
    public Task A_certificate_file_and_a_URL_are_one_too_many() => AssertTrustRefusedAsync(
        "set either CertificateUrl with Fingerprint, or CertificateFile, or for older versions PublicKey.",
        trust => (trust.CertificateUrl, trust.Fingerprint) = ("https://wiki.example", "x"));

    [Fact]
    public Task A_legacy_key_alone_does_not_serve_version_4() => AssertTrustRefusedAsync(
        "Version 4 needs the application's version 4 certificate; a public key alone serves older versions only.",
        trust =>
        {
            (trust.Id, trust.CertificateFile, trust.PublicKey) = ("wiki", null, TestKeys.Wiki.PublicKey.ToBase64());
            trust.Versions.Add("4");
        });

    [Fact]
    public Task Acting_as_itself_is_for_version_4() => AssertTrustRefusedAsync(
        "AllowSelf, AllowUnboundContent, AllowDelegation, DelegatedFrom and Scopes are for version 4 only.",
        trust => (trust.Id, trust.CertificateFile, trust.PublicKey, trust.AllowSelf) = ("wiki", null, TestKeys.Wiki.PublicKey.ToBase64(), true));

    [Fact]
    public Task Legacy_access_needs_an_end() => AssertTrustRefusedAsync(
        "Legacy: set Until, the time at which older versions are accepted for the last time.", trust => trust.Legacy = Legacy(legacy => legacy.Until = null));

    [Fact]
    public Task Legacy_access_needs_a_key() => AssertTrustRefusedAsync(
        "Legacy: set PublicKey, the application's legacy key.", trust => trust.Legacy = Legacy(legacy => legacy.PublicKey = null));

    [Fact]
    public Task Legacy_access_is_for_older_versions() => AssertTrustRefusedAsync(
        "Version 4 needs the application's version 4 certificate; a public key alone serves older versions only.",
        trust => trust.Legacy = Legacy(legacy => legacy.Versions.Add("4")));

    [Fact]
    public Task Legacy_access_beside_a_legacy_trust_is_one_too_many() => AssertTrustRefusedAsync(
        "Legacy is for applications that speak version 4: set Versions alone.",
        trust =>
        {
            (trust.Id, trust.CertificateFile, trust.PublicKey) = ("wiki", null, TestKeys.Wiki.PublicKey.ToBase64());
            trust.Legacy = Legacy();
        });

    [Fact]
    public Task Legacy_access_by_version_1_or_2_over_plain_http_is_named() => AssertRefusedAsync(
        "Applications:0: versions 1 and 2 over plain http (http://tracker.example) let an attacker who reads one request make others for any user. Use https or version 3.",
        options =>
        {
            options.AllowHttp = true;
            options.BaseUrls.Add("http://tracker.example");
            options.Applications.Add(Version4.Trust(trust => trust.Legacy = Legacy(legacy => legacy.Versions.Add("2"))));
        });

    [Fact]
    public async Task A_legacy_key_that_is_one_of_version_4_stops_the_start()
    {
        string key = TestKeys.Wiki.ToCertificate().SigningKeys[0].ToBase64();

        string problem = await StoppedAsync(options => options.Applications.Add(Version4.Trust(trust => trust.Legacy = Legacy(legacy => legacy.PublicKey = key))));

        Assert.StartsWith("Applications:0: The application's legacy key is one of its version 4 keys as well", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_file_that_is_none_stops_the_start()
    {
        using var file = new TestKeyFile(TestKeys.Blog);

        string missing = await StoppedAsync(options => options.Applications.Add(Version4.Trust(trust => trust.CertificateFile = "/nowhere/wiki.json")));
        string other = await StoppedAsync(options => options.Applications.Add(Version4.Trust(trust => trust.CertificateFile = file.Path)));

        Assert.StartsWith("Applications:0: CertificateFile: /nowhere/wiki.json does not exist", missing, StringComparison.Ordinal);
        Assert.StartsWith($"Applications:0: CertificateFile: {file.Path}: This is a key file with private keys", other, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_file_of_another_application_or_with_other_keys_stops_the_start()
    {
        string id = await StoppedAsync(options => options.Applications.Add(Version4.Trust(trust => trust.Id = "blog")));
        string keys = await StoppedAsync(options => options.Applications.Add(Version4.Trust(trust => trust.Fingerprint = Version4.TrackerFingerprint)));

        Assert.EndsWith("is for another application than 'blog'.", id, StringComparison.Ordinal);
        Assert.Contains($"has the fingerprint {Version4.FingerprintOf(TestKeys.Wiki)}, not the one in Fingerprint.", keys, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_4_is_the_default_where_the_certificate_is_fetched()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        foreach (string path in new[] { "", "/", ApplicationCertificate.Path })
        {
            await using KestrelServer tracker = await Version4.StartAsync(options => options.Applications.Add(Fetched(wiki.Origin + path, Version4.FingerprintOf(TestKeys.Wiki))));
            await tracker.Logs.FirstAsync("TrustReady");

            Assert.Equal("OK", (await tracker.Trusted("/closed").SendAsync()).Code);
        }
    }

    [Fact]
    public async Task A_certificate_without_a_key_that_was_compared_stops_the_start_and_one_more_key_is_vouched_for()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki.WithNext(TimeProvider.System.GetUtcNow()), TimeProvider.System);

        string other = await RefusedLaterAsync(options => options.Applications.Add(Fetched(wiki.Origin)));
        string oneOfTwo = await RefusedLaterAsync(options => options.Applications.Add(
            Fetched(wiki.Origin, Version4.FingerprintOf(TestKeys.Wiki), Version4.TrackerFingerprint)));

        Assert.Contains($"The certificate at {wiki.Origin} has the fingerprint {Version4.FingerprintOf(TestKeys.Wiki)}, and ", other, StringComparison.Ordinal);
        Assert.Equal(other, oneOfTwo);
        await using KestrelServer one = await Version4.StartAsync(options => options.Applications.Add(Fetched(wiki.Origin, Version4.FingerprintOf(TestKeys.Wiki))));
        await using KestrelServer both = await Version4.StartAsync(options => options.Applications.Add(
            Fetched(wiki.Origin, [.. wiki.Keys.ToCertificate().SigningKeys.Select(key => key.Thumbprint)])));
        await one.Logs.FirstAsync("TrustReady");
        await both.Logs.FirstAsync("TrustReady");
    }

    [Fact]
    public async Task Certificates_are_fetched_from_private_addresses_unless_that_is_forbidden()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);

        string problem = await RefusedLaterAsync(options =>
        {
            options.AllowPrivateAddresses = false;
            options.Applications.Add(Fetched(wiki.Origin, Version4.FingerprintOf(TestKeys.Wiki)));
        });

        Assert.Contains("no address that certificates may be fetched from", problem, StringComparison.Ordinal);
        Assert.Empty(wiki.Fetches);
    }

    [Theory]
    [InlineData(0, 0, "OK")]
    [InlineData(0, 1, "FUTURE_CERT")]
    [InlineData(30, 30, "OK")]
    [InlineData(30, 31, "FUTURE_CERT")]
    [InlineData(60, 60, "OK")]
    [InlineData(60, -120, "OK")]
    [InlineData(60, -121, "OLD_CERT")]
    [InlineData(0, -60, "OK")]
    [InlineData(0, -61, "OLD_CERT")]
    public async Task The_clock_skew_is_the_configured_one(int skew, int consumerIsAhead, string code)
    {
        ManualTimeProvider clock = ManualTimeProvider.OfToday();
        await using KestrelServer tracker = await Version4.StartAsync(options => options.ClockSkew = TimeSpan.FromSeconds(skew), time: clock);

        Answer answer = await tracker.Trusted("/closed", time: new ManualTimeProvider(clock.GetUtcNow().AddSeconds(consumerIsAhead))).SendAsync();

        Assert.Equal(code, answer.Code);
    }

    private static LegacyAccessOptions Legacy(Action<LegacyAccessOptions>? configure = null)
    {
        var legacy = new LegacyAccessOptions
        {
            PublicKey = TestKeys.Wiki.PublicKey.ToBase64(),
            Until = TimeProvider.System.GetUtcNow().AddDays(1),
            Addresses = { "*" },
            Urls = { "*" },
        };
        configure?.Invoke(legacy);
        return legacy;
    }

    private static TrustedApplicationOptions Fetched(string url, params string[] fingerprints)
    {
        var trust = new TrustedApplicationOptions { CertificateUrl = url, Addresses = { "*" }, Urls = { "*" } };
        foreach (string fingerprint in fingerprints.Length == 0 ? [Version4.TrackerFingerprint] : fingerprints) trust.Fingerprints.Add(fingerprint);
        return trust;
    }

    private static async Task<string> RefusedLaterAsync(Action<TrustedAppsOptions> configure)
    {
        await using KestrelServer tracker = await Version4.StartAsync(configure);
        return (await tracker.Logs.FirstAsync("TrustRefused")).Message;
    }

    private static async Task<string> StoppedAsync(Action<TrustedAppsOptions> configure) =>
        (await Assert.ThrowsAsync<InvalidOperationException>(() => Version4.StartAsync(configure))).Message;

    private static Task AssertTrustRefusedAsync(string problem, Action<TrustedApplicationOptions> configure) =>
        AssertRefusedAsync($"Applications:0: {problem}", options => options.Applications.Add(Version4.Trust(configure)));

    private static async Task AssertRefusedAsync(string problem, Action<TrustedAppsOptions> configure)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => Version4.StartAsync(configure));
        Assert.Equal([$"Scheme 'TrustedApps': {problem}"], failure.Failures);
    }
}
