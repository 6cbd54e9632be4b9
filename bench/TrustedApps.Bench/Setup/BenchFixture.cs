using System.Net;
using Microsoft.Extensions.Primitives;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Legacy;
using TrustedApps.Replay;

namespace TrustedApps.Bench.Setup;

/// <summary>The request that everything is measured with, and the trusts that let it pass.</summary>
internal static class BenchFixture
{
    public const string BasePath = "/app";
    public const string RoutedPath = "/rest/api/issues";
    public const string Target = BasePath + RoutedPath + "?q=open";
    public const string Url = "https://tracker.example" + Target;

    private const int Users = 256;

    private static readonly string[] _users = [.. Enumerable.Range(0, Users).Select(number => $"user{number:000}")];

    public static BaseUrl Base { get; } = BaseUrl.Parse("https://tracker.example" + BasePath);

    public static IPAddress Address { get; } = IPAddress.Parse("10.0.0.7");

    /// <summary>A user resolver that knows <see cref="User"/>, and keeps one of them out.</summary>
    public static IUserResolver Resolver { get; } = UserResolvers.List(_users, denied: ["denied"]);

    /// <summary>One of some users, as the many of one site.</summary>
    public static string User(int number) => _users[number % Users];

    public static TrustConditions Conditions(int patterns = 1, TimeSpan? timeout = null, bool refuseReplays = false, params ProtocolVersion[] versions) => new()
    {
        Addresses = [.. Enumerable.Range(1, patterns - 1).Select(number => $"172.16.{number / 256}.{number % 256}"), "10.0.0.0/8"],
        Urls = [.. Enumerable.Range(1, patterns - 1).Select(number => $"/rest/api/other{number}/*"), "/rest/api/issues"],
        DenyUsers = ["root"],
        Timeout = timeout ?? TimeSpan.FromSeconds(60),
        RefuseReplays = refuseReplays,
        Versions = versions.Length == 0 ? null : versions,
    };

    /// <summary>A trust under version 4.</summary>
    public static TrustedApplication Trust(ApplicationKeys consumer, TrustConditions? conditions = null) => new(
        CertificateRecord.Establish(consumer.ToCertificate(), baseUrl: null, TimeProvider.System.GetUtcNow()), conditions ?? Conditions());

    /// <summary>Accept at once, and as many as a run makes.</summary>
    public static InMemoryReplayCacheOptions WideMemory { get; } = new() { IsNewInstallation = true, Capacity = 100_000_000, CapacityPerApplication = 100_000_000 };

    /// <summary>A memory that accepts at once, and as many as a run makes.</summary>
    public static InMemoryReplayCache NewMemory() => new(WideMemory);

    public static AssertionVerifier Verifier(ITrustStore trusts, IReplayCache? memory = null, TimeProvider? time = null) => new(
        trusts, Resolver, new AssertionVerifierOptions { BaseUrls = [Base], Keys = BenchKeys.Tracker, LegacyProtocols = LegacyProtocols.All }, memory ?? NewMemory(), time);

    public static AssertionIssuer Issuer(ApplicationKeys consumer, TimeProvider? time = null, BaseUrl? baseUrl = null, ApplicationKeys? provider = null) =>
        new(consumer, (provider ?? BenchKeys.Tracker).ToCertificate(), baseUrl ?? Base, time);

    /// <summary>A request as a server hands it over: with the headers that browsers and clients send anyway.</summary>
    public static IncomingRequest Request(AssertionHeaders assertion, string method = "GET", IPAddress? address = null, string target = Target)
    {
        var headers = new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase)
        {
            ["Host"] = "tracker.example",
            ["User-Agent"] = "wiki/4.2",
            ["Accept"] = "application/json",
            ["Accept-Encoding"] = "gzip, br",
        };
        headers.Set(assertion);
        return new IncomingRequest
        {
            Method = method,
            Scheme = "https",
            Host = "tracker.example",
            PathBase = BasePath,
            Target = target,
            RoutedPath = RoutedPath,
            RemoteAddress = address ?? Address,
            Headers = headers,
        };
    }

    /// <summary>Sets the headers of an assertion. Each value is a string of its own, as a server makes them of what it reads.</summary>
    public static void Set(this IDictionary<string, StringValues> headers, AssertionHeaders assertion)
    {
        foreach ((string name, string value) in assertion.Enumerate()) headers[name] = new string(value.AsSpan());
    }
}
