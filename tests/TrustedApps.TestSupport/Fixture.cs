using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Protocols;
using TrustedApps.Protocols.Version4;
using TrustedApps.Replay;

namespace TrustedApps.TestSupport;

/// <summary>What nearly every test begins with: keys that are made once, one request, one moment.</summary>
internal static class Fixture
{
    public const string User = "fred";
    public const string Target = "/app/rest/issues?q=open";
    public const string Url = "https://tracker.example/app/rest/issues?q=open";
    public const string Magic = "-1159983122";

    private static readonly ConcurrentDictionary<int, Lazy<ApplicationKeys>> _ofBits = new();
    private static readonly ConcurrentDictionary<ApplicationKeys, Lazy<CertificateRecord>> _records = new();
    private static readonly ConcurrentDictionary<ApplicationKeys, Lazy<KeyGrant>> _grants = new();

    public static DateTimeOffset Now { get; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static long Stamp { get; } = Now.ToUnixTimeMilliseconds();

    /// <summary>The consumer.</summary>
    public static ApplicationKeys Wiki => TestKeys.Wiki;

    /// <summary>Another application, with a key of its own.</summary>
    public static ApplicationKeys Blog => TestKeys.Blog;

    /// <summary>The provider, for whom consumers make grants of version 4.</summary>
    public static ApplicationKeys Tracker => TestKeys.Tracker;

    /// <summary>Where the provider is reached.</summary>
    public static BaseUrl Base { get; } = BaseUrl.Parse("https://tracker.example/app");

    /// <summary>The names of all versions, for theories.</summary>
    public static TheoryData<string> Versions { get; } = [.. ProtocolVersion.All.Select(version => version.Name)];

    /// <summary>Those older than version 4.</summary>
    public static TheoryData<string> LegacyVersions { get; } = ["1", "2", "3", "warwick"];

    /// <summary>Those in which one who reads a request can make another.</summary>
    public static TheoryData<string> ForgeableVersions { get; } = ["1", "2"];

    /// <summary>Those in which everything is signed.</summary>
    public static TheoryData<string> SignedVersions { get; } = ["3", "warwick"];

    /// <summary>A key of an unusual length, under the id of <see cref="Wiki"/>.</summary>
    public static ApplicationKeys OfBits(int bits) => _ofBits.GetOrAdd(bits, static bits => new(() =>
        new ApplicationKeys("wiki", ThrowAwayKeys.OfBits(bits)))).Value;

    /// <summary>A trust that allows every address and URL.</summary>
    public static TrustedApplication Trust(ApplicationKeys keys, params ProtocolVersion[] versions) =>
        Trust(keys, new TrustConditions { Addresses = ["*"], Urls = ["*"], Versions = versions, AllowWeakKeys = true });

    /// <summary>A trust under the versions that the conditions name: older ones for ever, and version 3 when they name none.</summary>
    public static TrustedApplication Trust(ApplicationKeys keys, TrustConditions conditions)
    {
        ProtocolVersion[] legacy = [.. (conditions.Versions ?? [ProtocolVersion.Atlassian3]).Where(version => version.IsLegacy)];
        if (conditions.Versions?.Contains(ProtocolVersion.Version4) != true) return new(keys.Id, keys.PublicKey, conditions);
        return new(
            RecordOf(keys),
            conditions with { Versions = [ProtocolVersion.Version4] },
            legacy.Length == 0 ? null : new LegacyAccess(keys.PublicKey, conditions with { Versions = legacy, AllowSelf = false, AllowUnboundContent = false, AllowDelegation = false, DelegatedFrom = null, Scopes = [] }, DateTimeOffset.MaxValue));
    }

    /// <summary>What is on record of an application's certificate: one instance for all tests.</summary>
    public static CertificateRecord RecordOf(ApplicationKeys keys) => _records.GetOrAdd(
        keys, static keys => new(() => CertificateRecord.Establish(keys.ToCertificate(), baseUrl: null, Now))).Value;

    /// <summary>A new grant of version 4 for <see cref="Tracker"/>.</summary>
    public static KeyGrant NewGrant(ApplicationKeys? keys = null, long issuedAt = 0, long lifetime = 3600, string? audience = null, BaseUrl? baseUrl = null) => KeyGrantToken.IssueAsync(
        keys ?? Wiki, audience ?? Tracker.Id, baseUrl ?? Base, Tracker.ToCertificate().EncryptionKeys[0], issuedAt == 0 ? Now.ToUnixTimeSeconds() : issuedAt, lifetime).Completed();

    /// <summary>The headers of an assertion; under version 4 with a grant that all tests share, where no other is given.</summary>
    public static AssertionHeaders Issue(
        ProtocolVersion version, string? user = User, string url = Url, long? stamp = null, ApplicationKeys? keys = null,
        string method = "GET", ContentBinding content = default, KeyGrant? grant = null)
    {
        var request = new OutgoingRequest { Url = url, Method = method, User = user, Content = content };
        return Issue(version, request, stamp, keys, grant);
    }

    /// <summary>The headers of an assertion for a request.</summary>
    public static AssertionHeaders Issue(ProtocolVersion version, OutgoingRequest request, long? stamp = null, ApplicationKeys? keys = null, KeyGrant? grant = null)
    {
        keys ??= Wiki;
        var assertion = new OutgoingAssertion(keys, request, stamp ?? Stamp);
        if (version.IsLegacy) return ProtocolList.CreateWriter(LegacyProtocols.Find(version)).IssueAsync(assertion, CancellationToken.None).Completed().Headers;
        return Version4Protocol.Issue(assertion, grant ?? _grants.GetOrAdd(keys, static keys => new(() => NewGrant(keys))).Value);
    }

    /// <summary>A key of the same primes with another exponent, or the next smaller one that they allow.</summary>
    public static RSAParameters WithExponent(RSAParameters key, BigInteger exponent)
    {
        BigInteger p = ToNumber(key.P), q = ToNumber(key.Q), phi = (p - 1) * (q - 1);
        while (!BigInteger.GreatestCommonDivisor(phi, exponent).IsOne) exponent -= 2;
        BigInteger d = Invert(exponent, phi);
        key.Exponent = exponent.ToByteArray(isUnsigned: true, isBigEndian: true);
        key.D = ToBytes(d, 256);
        key.DP = ToBytes(d % (p - 1), 128);
        key.DQ = ToBytes(d % (q - 1), 128);
        return key;
    }

    private static BigInteger Invert(BigInteger number, BigInteger modulus)
    {
        (BigInteger remainder, BigInteger next, BigInteger inverse, BigInteger nextInverse) = (modulus, number, 0, 1);
        while (!next.IsZero)
        {
            BigInteger quotient = remainder / next;
            (remainder, next, inverse, nextInverse) = (next, remainder - (quotient * next), nextInverse, inverse - (quotient * nextInverse));
        }

        return inverse.Sign < 0 ? inverse + modulus : inverse;
    }

    public static BigInteger ToNumber(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    /// <summary>The number as so many bytes, big-endian.</summary>
    public static byte[] ToBytes(BigInteger number, int length)
    {
        byte[] bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - bytes.Length], .. bytes];
    }
}

/// <summary>Header names as they are on the wire, written out here once more on purpose.</summary>
internal static class Seraph
{
    public const string Id = "X-Seraph-Trusted-App-ID";
    public const string Version = "X-Seraph-Trusted-App-Version";
    public const string Key = "X-Seraph-Trusted-App-Key";
    public const string Magic = "X-Seraph-Trusted-App-Magic";
    public const string Cert = "X-Seraph-Trusted-App-Cert";
    public const string Signature = "X-Seraph-Trusted-App-Signature";
}

/// <summary>Header names of the Warwick dialect.</summary>
internal static class WarwickHeader
{
    public const string Id = "X-Trusted-App-ProviderID";
    public const string Cert = "X-Trusted-App-Cert";
    public const string Signature = "X-Trusted-App-Signature";
}

/// <summary>A request on its way to the provider, for tests to change.</summary>
internal sealed record Request
{
    private static readonly ImmutableDictionary<string, StringValues> _none =
        ImmutableDictionary.Create<string, StringValues>(StringComparer.OrdinalIgnoreCase);

    public string Method { get; init; } = "GET";

    public string Scheme { get; init; } = "https";

    public string Host { get; init; } = "tracker.example";

    public string PathBase { get; init; } = "/app";

    public string Target { get; init; } = Fixture.Target;

    public string? RoutedPath { get; init; }

    public IPAddress? RemoteAddress { get; init; } = IPAddress.Parse("10.0.0.7");

    public ImmutableDictionary<string, StringValues> Headers { get; init; } = _none;

    /// <summary>The content as it arrives; null where none can come.</summary>
    public Stream? Content { get; init; }

    public long? ContentLength { get; init; }

    public bool StreamsContent { get; init; }

    public bool IsAbsoluteForm { get; init; }

    /// <summary>The names of its headers, in order.</summary>
    public string HeaderNames => string.Join(' ', Headers.Keys.Order(StringComparer.Ordinal));

    public string this[string header] => Headers[header].ToString();

    public static Request Carrying(AssertionHeaders headers) => headers.Enumerate()
        .Aggregate(new Request(), (request, header) => request.With(header.Key, header.Value));

    /// <summary>A request that the fixture's consumer makes.</summary>
    public static Request Of(
        ProtocolVersion version, string? user = Fixture.User, string url = Fixture.Url, long? stamp = null, ApplicationKeys? keys = null,
        string method = "GET", KeyGrant? grant = null) =>
        Carrying(Fixture.Issue(version, user, url, stamp, keys, method, grant: grant)) with { Method = method };

    public Request With(string header, StringValues value) => this with { Headers = Headers.SetItem(header, value) };

    public Request With(string header, Func<string, string> change) => With(header, change(this[header]));

    public Request Without(params string[] headers) => this with { Headers = Headers.RemoveRange(headers) };

    public IncomingRequest ToIncoming() => new()
    {
        Method = Method,
        Scheme = Scheme,
        Host = Host,
        PathBase = PathBase,
        Target = Target,
        RoutedPath = RoutedPath,
        RemoteAddress = RemoteAddress,
        Headers = new Dictionary<string, StringValues>(Headers, StringComparer.OrdinalIgnoreCase), // as a server has them
        Content = Content,
        ContentLength = ContentLength,
        StreamsContent = StreamsContent,
        IsAbsoluteForm = IsAbsoluteForm,
    };
}

/// <summary>A provider: a verifier with everything that it needs.</summary>
internal sealed class Provider(params IEnumerable<TrustedApplication> trusts)
{
    private AssertionVerifier? _verifier;

    public ManualTimeProvider Clock { get; } = new(Fixture.Now);

    public InMemoryTrustStore Trusts { get; } = new(trusts);

    /// <summary>Fred and Ann may log in, Bob may not.</summary>
    public IUserResolver Users { get; init; } = UserResolvers.List(["fred", "ann", "admin"], denied: ["bob"]);

    public InMemoryReplayCache Memory { get; init; } = new(new InMemoryReplayCacheOptions { IsNewInstallation = true });

    public AssertionVerifierOptions Options { get; init; } = new() { BaseUrls = [Fixture.Base], Keys = Fixture.Tracker };

    public AssertionVerifier Verifier => _verifier ??= new AssertionVerifier(Trusts, Users, Options with { LegacyProtocols = LegacyProtocols.All }, Memory, Clock);

    public async Task<Verdict> Verify(Request request) =>
        await Verifier.VerifyAsync(request.ToIncoming(), cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>The code that a refused request gets, or OK and the user.</summary>
    public async Task<string> Answer(Request request)
    {
        Verdict verdict = await Verify(request);
        if (verdict.Status == VerdictStatus.None) return "none of ours";
        return verdict.Accepted ? $"OK {verdict.Assertion.User}" : verdict.Rejection.Value.ToString();
    }
}

/// <summary>Headers of versions 1 to 3 made by hand, with the private key: what a careless or hostile consumer could send.</summary>
internal static class Craft
{
    public static byte[] SecretKey { get; } = [.. Enumerable.Range(1, 16).Select(value => (byte)value)];

    private static readonly string _wrapped = Wrap(SecretKey);
    private static readonly string _magic = Wrap(Encoding.ASCII.GetBytes(Fixture.Magic));

    /// <summary>Raw RSA with the consumer's private key, as base64.</summary>
    public static string Wrap(byte[] plaintext) => Convert.ToBase64String(Oracle.RawPrivate(Fixture.Wiki, plaintext));

    public static string Text(string user, long? stamp = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{stamp ?? Fixture.Stamp}\n{user}\n{Fixture.Magic}");

    /// <summary>A request of version 1 or 2 that holds any text at all; signed when it is version 2.</summary>
    public static Request Encrypted(ProtocolVersion version, string text, byte[]? secretKey = null) =>
        Encrypted(version, Encoding.UTF8.GetBytes(text), secretKey);

    public static Request Encrypted(ProtocolVersion version, byte[] text, byte[]? secretKey = null, string? url = null, long? stamp = null)
    {
        byte[] key = secretKey ?? SecretKey;
        Request request = new Request()
            .With(Seraph.Id, Fixture.Wiki.Id)
            .With(Seraph.Version, version.Name)
            .With(Seraph.Key, secretKey is null ? _wrapped : Wrap(key))
            .With(Seraph.Magic, _magic)
            .With(Seraph.Cert, Rc4Base64(key, text));
        return version == ProtocolVersion.Atlassian2
            ? request.With(Seraph.Signature, Sign(string.Create(CultureInfo.InvariantCulture, $"{stamp ?? Fixture.Stamp}\n{url ?? Fixture.Url}")))
            : request;
    }

    /// <summary>A request of version 3 with this text, and a signature over the fixture's stamp and URL for this user.</summary>
    public static Request Signed(byte[] text, string user) => new Request()
        .With(Seraph.Id, Fixture.Wiki.Id)
        .With(Seraph.Version, "3")
        .With(Seraph.Cert, Convert.ToBase64String(text))
        .With(Seraph.Signature, Sign(string.Create(CultureInfo.InvariantCulture, $"{Fixture.Stamp}\n{Fixture.Url}\n{user}")));

    public static Request Signed(string text, string user) => Signed(Encoding.UTF8.GetBytes(text), user);

    /// <summary>A request of the Warwick dialect with this text.</summary>
    public static Request Warwick(byte[] text, string user) => new Request()
        .With(WarwickHeader.Id, Fixture.Wiki.Id)
        .With(WarwickHeader.Cert, Convert.ToBase64String(text))
        .With(WarwickHeader.Signature, Sign(string.Create(CultureInfo.InvariantCulture, $"{Fixture.Stamp}\n{Fixture.Url}\n{user}")));

    public static Request Warwick(string text, string user) => Warwick(Encoding.UTF8.GetBytes(text), user);

    public static string Sign(string baseString) => Convert.ToBase64String(
        Fixture.Wiki.SignLegacyHashAsync(Sha1(baseString), HashAlgorithmName.SHA1).Completed());

    public static byte[] Sha1(string text) => SHA1.HashData(Encoding.UTF8.GetBytes(text));

    public static string Rc4Base64(byte[] key, byte[] text)
    {
        return Convert.ToBase64String(Oracle.Rc4(key, text));
    }
}
