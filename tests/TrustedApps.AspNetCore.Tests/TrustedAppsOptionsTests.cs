using System.Collections;
using System.Reflection;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace TrustedApps.AspNetCore.Tests;

public sealed class TrustedAppsOptionsTests
{
    private static readonly string _json =
        $$"""
        {
          "TrustedApps": {
            "Id": "tracker",
            "Name": "The tracker",
            "Keys": "/keys/tracker.json",
            "KeySource": { "SigningKey": { "Path": "/keys/sign.pem" }, "EncryptionKey": { "Path": "/keys/enc.pem" } },
            "BaseUrls": ["https://tracker.example/app", "http://127.0.0.1:8080"],
            "PathPrefix": "/app",
            "RejectOutright": true,
            "AllowForgeableVersionsOverHttp": true,
            "AllowHttp": true,
            "ClockSkew": "00:00:45",
            "MaxGrantLifetime": "00:20:00",
            "MaxBufferedContent": 65536,
            "MaxContentTime": "00:02:00",
            "RequiredHeaders": [ "Idempotency-Key" ],
            "ReplayFile": "/state/tracker.replay",
            "IsNewInstallation": true,
            "ConcealTrusts": true,
            "RefreshCertificates": false,
            "CertificateHold": "12:00:00",
            "AllowPrivateAddresses": false,
            "ClaimsIssuer": "tracker",
            "Applications": [
              {
                "Id": "wiki",
                "Name": "The wiki",
                "PublicKey": "{{TestKeys.Wiki.PublicKey.ToBase64()}}",
                "Versions": ["3", "2"],
                "Timeout": "00:01:30",
                "FutureTolerance": "00:02:00",
                "Addresses": ["10.0.0.0/8", "::1"],
                "Urls": ["/rest", "/a/**"],
                "Methods": ["GET", "POST"],
                "AllowUsers": ["f*"],
                "DenyUsers": ["admin", "root"],
                "CheckForwardedFor": true,
                "RefuseReplays": true,
                "AllowWeakKeys": true
              },
              {
                "CertificateUrl": "https://blog.example",
                "Fingerprint": "abcd efgh",
                "Fingerprints": ["ijkl mnop", "qrst uvwx"],
                "Addresses": ["*"],
                "Urls": ["*"],
                "AllowSelf": true,
                "AllowUnboundContent": true,
                "AllowDelegation": true,
                "DelegatedFrom": ["feed"],
                "Scopes": ["issues.read", "issues.write"],
                "Legacy": {
                  "Until": "2027-03-31T00:00:00+02:00",
                  "PublicKey": "{{TestKeys.Blog.PublicKey.ToBase64()}}",
                  "Versions": ["2"],
                  "Timeout": "00:00:10",
                  "Addresses": ["10.0.0.0/8"],
                  "Urls": ["/old"]
                }
              },
              {
                "CertificateFile": "/certificates/feed.json",
                "Addresses": ["*"],
                "Urls": ["*"]
              }
            ]
          }
        }
        """;

    [Fact]
    public void Every_option_is_bound_from_configuration()
    {
        TrustedAppsOptions options = Bind(_json);
        TrustedApplicationOptions wiki = options.Applications[0], blog = options.Applications[1];

        Assert.Equal(("tracker", "The tracker", "/keys/tracker.json", "/app", true, true, "tracker"), (
            options.Id, options.Name, options.Keys, options.PathPrefix, options.RejectOutright, options.AllowForgeableVersionsOverHttp, options.ClaimsIssuer));
        Assert.Equal(("/keys/sign.pem", "/keys/enc.pem"), (options.KeySource!.SigningKey!.Path, options.KeySource.EncryptionKey!.Path));
        Assert.Equal(["https://tracker.example/app", "http://127.0.0.1:8080"], options.BaseUrls);
        Assert.Equal(("wiki", "The wiki", TestKeys.Wiki.PublicKey.ToBase64()), (wiki.Id, wiki.Name, wiki.PublicKey));
        Assert.Equal((TimeSpan.FromSeconds(90), TimeSpan.FromMinutes(2)), (wiki.Timeout, wiki.FutureTolerance));
        Assert.Equal((true, true, true), (wiki.CheckForwardedFor, wiki.RefuseReplays, wiki.AllowWeakKeys));
        Assert.Equal(["3", "2"], wiki.Versions);
        Assert.Equal(["10.0.0.0/8", "::1"], wiki.Addresses);
        Assert.Equal(["/rest", "/a/**"], wiki.Urls);
        Assert.Equal(["GET", "POST"], wiki.Methods);
        Assert.Equal(["f*"], wiki.AllowUsers);
        Assert.Equal(["admin", "root"], wiki.DenyUsers);
        Assert.Equal(("https://blog.example", "abcd efgh", null), (blog.CertificateUrl, blog.Fingerprint, blog.Id));
    }

    [Fact]
    public void Every_option_of_version_4_is_bound_from_configuration()
    {
        TrustedAppsOptions options = Bind(_json);
        TrustedApplicationOptions blog = options.Applications[1];
        LegacyAccessOptions legacy = blog.Legacy!;

        Assert.Equal((TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(2)), (options.MaxGrantLifetime, options.MaxContentTime));
        Assert.Equal(("/state/tracker.replay", true), (options.ReplayFile, options.IsNewInstallation));
        Assert.Equal((TimeSpan.FromSeconds(45), 65_536, TimeSpan.FromHours(12)), (options.ClockSkew, options.MaxBufferedContent, options.CertificateHold));
        Assert.Equal((true, true, false, false), (options.AllowHttp, options.ConcealTrusts, options.RefreshCertificates, options.AllowPrivateAddresses));
        Assert.Equal(["Idempotency-Key"], options.RequiredHeaders);
        Assert.Equal(["ijkl mnop", "qrst uvwx"], blog.Fingerprints);
        Assert.Equal((true, true, true), (blog.AllowSelf, blog.AllowUnboundContent, blog.AllowDelegation));
        Assert.Equal(["feed", "issues.read", "issues.write"], blog.DelegatedFrom!.Concat(blog.Scopes));
        Assert.Equal((new DateTimeOffset(2027, 3, 31, 0, 0, 0, TimeSpan.FromHours(2)), TestKeys.Blog.PublicKey.ToBase64()), (legacy.Until, legacy.PublicKey));
        Assert.Equal(["2"], legacy.Versions);
        Assert.Equal(["10.0.0.0/8", "/old"], legacy.Addresses.Concat(legacy.Urls));
        Assert.Equal(TimeSpan.FromSeconds(10), legacy.Timeout);
        Assert.Equal("/certificates/feed.json", options.Applications[2].CertificateFile);
    }

    [Fact]
    public void The_configuration_of_these_tests_leaves_no_option_out()
    {
        TrustedAppsOptions bound = Bind(_json);
        TrustedApplicationOptions unset = new();

        Assert.DoesNotContain(OptionsOf<TrustedAppsOptions>(), option => IsUnset(option, bound, new TrustedAppsOptions()));
        Assert.DoesNotContain(OptionsOf<TrustedApplicationOptions>().Concat(OptionsOf<TrustConditionsOptions>()), option =>
            bound.Applications.All(application => IsUnset(option, application, unset)));
        Assert.DoesNotContain(OptionsOf<LegacyAccessOptions>(), option => IsUnset(option, bound.Applications[1].Legacy!, new LegacyAccessOptions()));
    }

    [Fact]
    public void What_is_left_out_has_the_documented_default()
    {
        TrustConditions conditions = new TrustedApplicationOptions { Addresses = { "*" }, Urls = { "*" } }.ToConditions();

        Assert.Null(conditions.Versions); // 4, and beside a legacy key 3
        Assert.Equal((TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(15)), (conditions.Timeout, conditions.FutureTolerance));
        Assert.Null(conditions.Methods); // all of them in version 4, otherwise GET and HEAD
        Assert.Null(conditions.AllowUsers);
        Assert.Empty(conditions.DenyUsers);
        Assert.Equal((false, false, false), (conditions.CheckForwardedFor, conditions.RefuseReplays, conditions.AllowWeakKeys));
        Assert.Equal((false, false, false), (conditions.AllowSelf, conditions.AllowUnboundContent, conditions.AllowDelegation));
        Assert.Null(conditions.DelegatedFrom); // any, where delegation is allowed
        Assert.Empty(conditions.Scopes);
        var options = new TrustedAppsOptions();
        Assert.Equal(TimeSpan.FromHours(1), options.MaxGrantLifetime);
        Assert.Equal((TimeSpan.FromSeconds(30), 1 << 20, TimeSpan.FromHours(24)), (options.ClockSkew, options.MaxBufferedContent, options.CertificateHold));
        Assert.Equal((false, false, true, true), (options.AllowHttp, options.ConcealTrusts, options.RefreshCertificates, options.AllowPrivateAddresses));
    }

    // an empty list and an empty variable of the environment
    [Theory]
    [InlineData("[]")]
    [InlineData("\"\"")]
    public void An_empty_list_of_who_is_allowed_allows_none(string list)
    {
        string trust = $$"""{"Addresses":["*"],"Urls":["*"],"AllowUsers":{{list}}""";
        TrustedAppsOptions options = Bind(
            $$$"""{"TrustedApps":{"Applications":[{"Addresses":["*"]},{{{trust}}},"DelegatedFrom":{{{list}}},"Legacy":{{{trust}}}}}]}}""");
        TrustConditions conditions = options.Applications[1].ToConditions();

        Assert.Equal((0, 0), (conditions.AllowUsers?.Count, conditions.DelegatedFrom?.Count));
        Assert.Equal(0, options.Applications[1].Legacy!.ToConditions().AllowUsers?.Count);
        Assert.Null(options.Applications[0].AllowUsers);
    }

    [Fact]
    public void Every_option_of_a_trust_becomes_a_condition()
    {
        TrustConditions conditions = Bind(_json).Applications[0].ToConditions();

        Assert.Equal([ProtocolVersion.Atlassian3, ProtocolVersion.Atlassian2], conditions.Versions);
        Assert.Equal((TimeSpan.FromSeconds(90), TimeSpan.FromMinutes(2)), (conditions.Timeout, conditions.FutureTolerance));
        Assert.Equal(["10.0.0.0/8", "::1"], conditions.Addresses);
        Assert.Equal(["/rest", "/a/**"], conditions.Urls);
        Assert.Equal(["GET", "POST"], conditions.Methods);
        Assert.Equal(["f*"], conditions.AllowUsers);
        Assert.Equal(["admin", "root"], conditions.DenyUsers);
        Assert.Equal((true, true, true), (conditions.CheckForwardedFor, conditions.RefuseReplays, conditions.AllowWeakKeys));
    }

    [Fact]
    public void A_value_of_the_wrong_type_is_reported_with_its_setting()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => Bind(_json.Replace("00:01:30", "ninety", StringComparison.Ordinal)));

        Assert.Contains("TrustedApps:Applications:0:Timeout", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_runs_from_configuration_alone()
    {
        await using KestrelServer server = await KestrelServer.StartAsync(
            (builder, origin) =>
            {
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["TrustedApps:BaseUrls:0"] = origin,
                    ["TrustedApps:Applications:0:Id"] = "wiki",
                    ["TrustedApps:Applications:0:PublicKey"] = TestKeys.Wiki.PublicKey.ToBase64(),
                    ["TrustedApps:Applications:0:Addresses:0"] = "127.0.0.1",
                    ["TrustedApps:Applications:0:Urls:0"] = "/closed/issues",
                    ["TrustedApps:Applications:0:DenyUsers:0"] = "admin",
                });
                builder.Services.AddAuthorization();
                builder.Services.AddAuthentication().AddTrustedApps(builder.Configuration.GetSection(TrustedAppsDefaults.ConfigurationSection));
            },
            TestProvider.MapWho);

        Assert.Equal("OK", (await server.GetTrustedAsync("/closed/issues/7")).Code);
        Assert.Equal("BAD_URL", (await server.GetTrustedAsync("/closed/issues2")).Code);
        Assert.Equal("BAD_METHOD", (await server.Request("/closed/issues", method: HttpMethod.Post).SendAsync()).Code);
        Assert.Equal("PERMISSION_DENIED", (await server.Request("/closed/issues", "admin").SendAsync()).Code);
        Assert.Equal("BAD_PROTOCOL_VERSION", (await server.Request("/closed/issues", version: ProtocolVersion.Atlassian2).SendAsync()).Code);
    }

    private static TrustedAppsOptions Bind(string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        IConfiguration configuration = new ConfigurationBuilder().AddJsonStream(stream).Build();
        var services = new ServiceCollection();
        services.AddLogging().AddAuthentication().AddTrustedApps("Named", configuration.GetSection("TrustedApps"));
        using ServiceProvider provider = services.BuildServiceProvider();

        // Only bound, not validated: the fingerprint is none.
        var options = new TrustedAppsOptions();
        foreach (var configure in provider.GetServices<IConfigureOptions<TrustedAppsOptions>>().OfType<IConfigureNamedOptions<TrustedAppsOptions>>())
        {
            configure.Configure("Named", options);
        }

        return options;
    }

    private static PropertyInfo[] OptionsOf<T>() =>
        typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);

    private static bool IsUnset(PropertyInfo option, object bound, object unset) => option.GetValue(bound) switch
    {
        string text => Equals(text, option.GetValue(unset)),
        ICollection { Count: var count } => count == 0,
        var value => Equals(value, option.GetValue(unset)),
    };
}
