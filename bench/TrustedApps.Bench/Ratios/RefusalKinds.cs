using System.Net;
using Microsoft.Extensions.Primitives;
using TrustedApps.Bench.Setup;
using static System.Buffers.Text.Base64Url;

namespace TrustedApps.Bench.Ratios;

/// <summary>A kind of request that is refused.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Verifier">The provider.</param>
/// <param name="Requests">Some of them.</param>
/// <param name="Code">What they are refused with.</param>
/// <param name="Prepare">Makes new ones, where one is refused only once.</param>
internal sealed record RefusalKind(string Name, AssertionVerifier Verifier, IncomingRequest[] Requests, ErrorCode Code, Action? Prepare = null)
{
    public Subject Side => new(Requests.Length, () => Verifier.Refuse(Requests, Code), Prepare);
}

/// <summary>Refusals of version 4, other than that of a bad tag (which costs an exception of the base class library) or a bad grant (goal 9).</summary>
internal sealed class RefusalKinds
{
    public const int Size = 64;

    private const string Cert = "X-Seraph-Trusted-App-Cert";
    private const string Key = "X-Seraph-Trusted-App-Key";
    private const string Id = "X-Seraph-Trusted-App-ID";

    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(15); // so that what is refused for something else is not too old meanwhile

    private readonly AssertionIssuer _issuer = BenchFixture.Issuer(BenchKeys.Wiki);
    private readonly AssertionIssuer _elsewhere = BenchFixture.Issuer(BenchKeys.Wiki, baseUrl: BaseUrl.Parse("https://elsewhere.example/app"));
    private readonly AssertionIssuer _late = BenchFixture.Issuer(BenchKeys.Wiki, new SlowClock(TimeSpan.FromMinutes(4)));
    private readonly AssertionVerifier _verifier = BenchFixture.Verifier(new InMemoryTrustStore(BenchFixture.Trust(BenchKeys.Wiki, BenchFixture.Conditions(timeout: _longest))));

    public IEnumerable<RefusalKind> All => OfStrangers.Concat(Others);

    /// <summary>What anybody can send who knows nothing.</summary>
    public IEnumerable<RefusalKind> OfStrangers =>
    [
        Kind("unknown-application", ErrorCode.ApplicationUnknown, Changed(Id, _ => "stranger")),
        Kind("repeated-header", ErrorCode.System, Changed(Cert, cert => new StringValues([cert, cert]))),
        Kind("target-form", ErrorCode.System, () => Good() with { Target = "*" }),
        Kind("malformed-assertion", ErrorCode.BadMagic, Changed(Cert, cert => $"{cert[..cert.IndexOf('.')]}.nonsense")),
        Kind("malformed-assertion-header", ErrorCode.BadMagic, Changed(Cert, cert => $"A{cert}")),
        Kind("malformed-grant", ErrorCode.BadGrant, Changed(Key, _ => "nonsense")),
        Kind("grant-needed", ErrorCode.GrantNeeded, () =>
        {
            IncomingRequest request = BenchFixture.Request(BenchFixture.Issuer(BenchKeys.Wiki).Issue(BenchFixture.User(0), BenchFixture.Url)); // under another grant
            request.Headers.Remove(Key);
            return request;
        }),
    ];

    public IEnumerable<RefusalKind> Others =>
    [
        Kind("unknown-version", ErrorCode.BadProtocolVersion, Changed("X-Seraph-Trusted-App-Version", _ => "5")),
        Kind("wrong-address", ErrorCode.BadRemoteAddress, () => BenchFixture.Request(Issue(), address: IPAddress.Parse("192.0.2.1"))),
        Kind("wrong-audience", ErrorCode.BadAudience, () => BenchFixture.Request(_elsewhere.Issue(BenchFixture.User(0), BenchFixture.Url))),
        Kind("expired", ErrorCode.OldAssertion, () => BenchFixture.Request(_late.Issue(BenchFixture.User(0), BenchFixture.Url))) with { Verifier = BenchFixture.Verifier(new InMemoryTrustStore(BenchFixture.Trust(BenchKeys.Wiki))) },
        Kind("wrong-url", ErrorCode.BadSignature, () => BenchFixture.Request(Issue(), target: BenchFixture.Target + "&all=true")),
        Kind("wrong-method", ErrorCode.BadSignature, () => BenchFixture.Request(Issue(), method: "DELETE")),
        Kind("forbidden-url", ErrorCode.BadUrl, () => BenchFixture.Request(_issuer.Issue(BenchFixture.User(0), Forbidden("https://tracker.example")), target: Forbidden("")) with { RoutedPath = "/admin" }),
        Kind("forbidden-user", ErrorCode.PermissionDenied, () => BenchFixture.Request(_issuer.Issue("root", BenchFixture.Url))),
        Replayed(),
        Unique("unknown-user", ErrorCode.UserUnknown, number => $"stranger{number}"),
        Unique("denied-user", ErrorCode.PermissionDenied, _ => "denied"),
    ];

    private static string Forbidden(string origin) => $"{origin}{BenchFixture.BasePath}/admin";

    private AssertionHeaders Issue() => _issuer.Issue(BenchFixture.User(0), BenchFixture.Url);

    private IncomingRequest Good() => BenchFixture.Request(Issue());

    private Func<IncomingRequest> Changed(string header, Func<string, StringValues> change) => () =>
    {
        IncomingRequest request = Good();
        request.Headers[header] = change(request.Headers[header].ToString());
        return request;
    };

    // All of them are made before: the grant is known to the verifier, as it is of a consumer that goes on asking.
    private RefusalKind Kind(string name, ErrorCode code, Func<IncomingRequest> make)
    {
        _verifier.Accept([Good()]);
        return new(name, _verifier, [.. Enumerable.Range(0, Size).Select(_ => make())], code);
    }

    private RefusalKind Replayed()
    {
        IncomingRequest[] requests = [.. Enumerable.Range(0, Size).Select(_ => Good())];
        _verifier.Accept(requests);
        return new("replayed", _verifier, requests, ErrorCode.Replayed);
    }

    private RefusalKind Unique(string name, ErrorCode code, Func<int, string> userOf)
    {
        var batch = new Batch(Size, [_issuer], userOf);
        return new(name, _verifier, batch.Requests, code, batch.Reissue);
    }

    private sealed class SlowClock(TimeSpan behind) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - behind;
    }
}
