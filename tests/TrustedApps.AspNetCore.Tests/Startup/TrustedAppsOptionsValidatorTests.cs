using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace TrustedApps.AspNetCore.Tests.Startup;

public sealed class TrustedAppsOptionsValidatorTests
{
    private const string Sources = "set either CertificateUrl with Fingerprint, or CertificateFile, or for older versions PublicKey.";

    [Fact]
    public Task An_application_without_base_URLs_does_not_start() => AssertRefusedAsync(
        "Scheme 'TrustedApps': BaseUrls is empty. Set the public base URLs under which users and applications reach this application, such as https://tracker.example/app.",
        options => options.BaseUrls.Clear());

    [Theory]
    [InlineData("")]
    [InlineData("two\nlines")]
    [InlineData("\u202Eikiw")]
    public Task A_name_that_no_certificate_may_have_stops_the_start(string name) => AssertRefusedAsync(
        "Scheme 'TrustedApps': Name must be 1 to 255 characters without control and bidirectional-formatting characters; leave it out for the id.",
        options => options.Name = name);

    [Theory]
    [InlineData("https://tracker.example/")]
    [InlineData("https://Tracker.example")]
    [InlineData("HTTPS://tracker.example")]
    [InlineData("https://tracker.example:443")]
    [InlineData("http://tracker.example:80/app")]
    [InlineData("https://tracker.example/app/")]
    [InlineData("https://tracker.example/app/../other")]
    [InlineData("https://fred@tracker.example")]
    [InlineData("https://tracker.example?q")]
    [InlineData("https://tracker.example#top")]
    [InlineData("ftp://tracker.example")]
    [InlineData("tracker.example")]
    [InlineData("")]
    public Task A_base_URL_that_is_not_in_normal_form_stops_the_start(string baseUrl) => AssertRefusedAsync(
        $"Scheme 'TrustedApps': BaseUrls: '{baseUrl}' is not a valid base URL: use http or https, host in lower case, a port only if it is not the default, and the path without a final slash, such as https://tracker.example/app.",
        options => options.BaseUrls.Add(baseUrl));

    [Theory]
    [InlineData("/")]
    [InlineData("app")]
    [InlineData("//evil")]
    [InlineData("/../app")]
    [InlineData("/a b")]
    [InlineData("/app?x")]
    [InlineData("app/")]
    [InlineData("/app/")]
    public Task A_path_prefix_that_is_none_stops_the_start(string prefix) => AssertRefusedAsync(
        $"Scheme 'TrustedApps': PathPrefix '{prefix}' must be empty, or a path that begins with a slash and does not end with one, such as /app.",
        options => options.PathPrefix = prefix);

    [Fact]
    public Task A_trust_with_neither_key_nor_certificate_URL_stops_the_start() => AssertTrustRefusedAsync(
        Sources,
        trust =>
        {
            trust.PublicKey = null;
            trust.Versions.Add("3");
        });

    [Fact]
    public Task A_trust_with_both_key_and_certificate_URL_stops_the_start() => AssertTrustRefusedAsync(
        Sources,
        trust => (trust.CertificateUrl, trust.Fingerprint) = ("https://wiki.example", TestKeys.Wiki.PublicKey.Fingerprint));

    [Fact]
    public Task A_key_without_an_id_stops_the_start() => AssertTrustRefusedAsync(
        "set Id: the application's id.",
        trust => trust.Id = null);

    [Fact]
    public Task A_certificate_URL_without_a_fingerprint_stops_the_start() => AssertTrustRefusedAsync(
        "set Fingerprint: the one that the application's administrator sees ('trusted-apps certificate read URL' shows it). Without it, any server that answers at CertificateUrl would be trusted.",
        trust =>
        {
            (trust.PublicKey, trust.CertificateUrl) = (null, "https://wiki.example");
            trust.Versions.Add("3");
        });

    [Fact]
    public Task A_certificate_URL_that_is_none_stops_the_start() => AssertTrustRefusedAsync(
        "CertificateUrl 'wiki.example' is not a valid URL.",
        trust =>
        {
            (trust.PublicKey, trust.CertificateUrl, trust.Fingerprint) = (null, "wiki.example", TestKeys.Wiki.PublicKey.Fingerprint);
            trust.Versions.Add("3");
        });

    [Theory]
    [InlineData("abcd")]
    [InlineData("Fingerprint NzbL sXh8 uDCc d-6M NwXF 4W_7 noWX FZAf HkxZ sRGC 9Xs")]
    [InlineData("NzbL sXh8 uDCc d-6M NwXF 4W_7 noWX FZAf HkxZ sRGC 9X=")]
    public Task A_text_that_is_not_a_fingerprint_stops_the_start(string text) => AssertTrustRefusedAsync(
        $"Fingerprints: '{text}' is not a fingerprint, which has 43 characters of A-Z, a-z, 0-9, '-' and '_', in groups of four or in one piece. Paste it without a label.",
        trust =>
        {
            (trust.PublicKey, trust.CertificateUrl, trust.Fingerprint) = (null, "https://wiki.example", text);
            trust.Versions.Add("3");
        });

    [Fact]
    public Task A_trust_in_the_own_id_stops_the_start() => AssertRefusedAsync(
        "Scheme 'TrustedApps': Applications:0: Id 'wiki' is this application's own. An application does not trust itself: remove the trust.",
        options => options.Id = "wiki");

    [Fact]
    public Task One_id_with_two_trusts_stops_the_start() => AssertRefusedAsync(
        "Scheme 'TrustedApps': Applications: the id 'wiki' is there 2 times. Configure one trust for each application.",
        options => options.Applications.Add(TestProvider.Trust(TestKeys.Wiki)));

    [Fact]
    public Task An_id_that_is_none_stops_the_start() => AssertTrustRefusedAsync(
        "An application id is 1 to 255 characters without control characters, and not only spaces. (Parameter 'id')",
        trust => trust.Id = "wi\nki");

    [Fact]
    public Task A_key_that_is_none_stops_the_start() => AssertTrustRefusedAsync(
        "The public key is not base64 of a SubjectPublicKeyInfo. (Parameter 'base64')",
        trust => trust.PublicKey = "AAA");

    [Fact]
    public Task A_bad_URL_pattern_stops_the_start_with_its_position() => AssertTrustRefusedAsync(
        "Urls: URL pattern '/rest/a*' is bad at position 8: * stands for a whole segment, ** for any number of them.",
        trust => trust.Urls.Add("/rest/a*"));

    [Fact]
    public Task A_bad_address_pattern_stops_the_start_with_its_position() => AssertTrustRefusedAsync(
        "Addresses: Address pattern '10.0.0.0/33' is bad at position 10: expected a prefix length of 0 to 32 without leading zeros.",
        trust => trust.Addresses.Add("10.0.0.0/33"));

    [Fact]
    public Task A_trust_without_addresses_stops_the_start() => AssertTrustRefusedAsync(
        "Addresses: At least one address pattern is required. Name the addresses or networks from which the application sends, such as 10.1.0.0/16.",
        trust => trust.Addresses.Clear());

    [Fact]
    public Task A_trust_without_URLs_stops_the_start() => AssertTrustRefusedAsync(
        "Urls: At least one URL pattern is required. Name the paths that the application needs, such as /rest/api.",
        trust => trust.Urls.Clear());

    [Fact]
    public Task A_method_that_is_none_stops_the_start() => AssertTrustRefusedAsync(
        "Methods: '*' is not a valid request method. List each method: there is no * for all of them.",
        trust => trust.Methods.Add("*"));

    [Fact]
    public Task An_empty_user_pattern_stops_the_start() => AssertTrustRefusedAsync(
        "DenyUsers: A user pattern must not be empty: it is a name, with * for any run of characters.",
        trust => trust.DenyUsers.Add(""));

    [Fact]
    public Task A_version_that_there_is_none_of_stops_the_start() => AssertTrustRefusedAsync(
        "Versions: 'v3' is not a protocol version: say one of 1, 2, 3, 4, warwick.",
        trust => trust.Versions.Add("v3"));

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("1.00:00:00.0010000")]
    public Task A_time_out_out_of_range_stops_the_start(string timeout) => AssertTrustRefusedAsync(
        $"Timeout: The time-out must be 1 millisecond to 24 hours; it is {timeout}.",
        trust => trust.Timeout = TimeSpan.Parse(timeout, CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("-00:00:01")]
    [InlineData("00:15:00.0010000")]
    public Task A_future_tolerance_out_of_range_stops_the_start(string allowance) => AssertTrustRefusedAsync(
        $"FutureTolerance: The future tolerance must be zero to 15 minutes; it is {allowance}.",
        trust => trust.FutureTolerance = TimeSpan.Parse(allowance, CultureInfo.InvariantCulture));

    [Fact]
    public Task A_weak_key_stops_the_start() => AssertTrustRefusedAsync(
        "The key has 1024 bits; a trust needs 2048. Ask the application for a new key. (Parameter 'key')",
        trust => trust.PublicKey = TestKeys.Weak.PublicKey.ToBase64());

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public Task Versions_1_and_2_over_plain_http_stop_the_start(string version) => AssertRefusedAsync(
        "Scheme 'TrustedApps': Applications:0: versions 1 and 2 over plain http (http://tracker.example) let an attacker who reads one request make others for any user. Use https or version 3.",
        options =>
        {
            options.BaseUrls.Add("http://tracker.example"); // beside one that is https
            options.Applications[0].Versions.Add("3");
            options.Applications[0].Versions.Add(version);
        });

    [Theory]
    [InlineData("1", "https://tracker.example/app")]
    [InlineData("2", "http://localhost:8080")]
    [InlineData("2", "http://127.3.2.1")]
    [InlineData("1", "http://[::1]:8080")]
    public Task Versions_1_and_2_over_https_or_loopback_start(string version, string baseUrl) => AssertStartsAsync(options =>
    {
        options.BaseUrls.Add(baseUrl);
        options.Applications[0].Versions.Add(version);
    });

    [Fact]
    public Task Versions_1_and_2_over_plain_http_start_where_that_is_allowed_by_name() => AssertStartsAsync(options =>
    {
        options.BaseUrls.Add("http://tracker.example");
        options.Applications[0].Versions.Add("1");
        options.AllowForgeableVersionsOverHttp = true;
    });

    [Fact]
    public Task Version_3_and_Warwick_over_plain_http_start() => AssertStartsAsync(options =>
    {
        options.BaseUrls.Add("http://tracker.example");
        options.Applications[0].Versions.Add("3");
        options.Applications[0].Versions.Add("warwick");
    });

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(options =>
        {
            options.PathPrefix = "x";
            options.Applications[0].Urls.Clear();
            options.Applications.Add(new TrustedApplicationOptions());
        }));

        Assert.Equal(3, failure.Failures.Count());
        Assert.All(failure.Failures, problem => Assert.StartsWith("Scheme 'TrustedApps': ", problem, StringComparison.Ordinal));
        Assert.Contains(failure.Failures, problem => problem.Contains("Applications:1: ", StringComparison.Ordinal));
    }

    private static async Task AssertStartsAsync(Action<TrustedAppsOptions> configure)
    {
        await using KestrelServer server = await StartAsync(configure);
        Assert.Equal("anonymous", (await server.GetAsync("/open")).Body);
    }

    private static Task AssertTrustRefusedAsync(string problem, Action<TrustedApplicationOptions> configure) =>
        AssertRefusedAsync($"Scheme 'TrustedApps': Applications:0: {problem}", options => configure(options.Applications[0]));

    [Fact]
    public async Task Events_that_nothing_could_raise_stop_the_start()
    {
        await AssertRefusedAsync(
            "Scheme 'TrustedApps': EventsType is Object, which does not derive from TrustedAppsEvents. Derive it, and override Authenticated or Rejected.",
            options => options.EventsType = typeof(object));
        await AssertRefusedAsync(
            "Scheme 'TrustedApps': EventsType is UnregisteredEvents, which is not registered. Add services.AddScoped<UnregisteredEvents>().",
            options => options.EventsType = typeof(UnregisteredEvents));
        const string Events = "Scheme 'TrustedApps': Events must be a TrustedAppsEvents. Leave it as it is, and set OnAuthenticated or OnRejected of it.";
        await AssertRefusedAsync(Events, options => ((AuthenticationSchemeOptions)options).Events = new object());
        await AssertRefusedAsync(Events, options => options.Events = null!);
    }

    private sealed class UnregisteredEvents : TrustedAppsEvents;

    private static async Task AssertRefusedAsync(string problem, Action<TrustedAppsOptions> configure)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(configure));
        Assert.Equal([problem], failure.Failures);
    }

    private static Task<KestrelServer> StartAsync(Action<TrustedAppsOptions> configure) => KestrelServer.StartAsync(
        (builder, _) =>
        {
            builder.Services.AddAuthorization();
            builder.Services.AddAuthentication(TrustedAppsDefaults.AuthenticationScheme).AddTrustedApps(options =>
            {
                options.BaseUrls.Add("https://tracker.example");
                options.Applications.Add(TestProvider.Trust(TestKeys.Wiki));
                configure(options);
            });
        },
        TestProvider.MapWho);
}
