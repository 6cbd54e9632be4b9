using System.Net;
using System.Text;
using Microsoft.Extensions.Primitives;
using TrustedApps.Diagnostics;
using TrustedApps.Replay;

namespace TrustedApps.Tests;

/// <summary>The order of checks of version 4 (specification version-4.md, section 6): of two things wrong, the earlier decides the code.</summary>
public class AssertionVerifierVersion4OrderTests
{
    // In the order in which the verifier looks. Two that need the same place cannot be wrong at once.
    private static readonly Fault[] _faults =
    [
        new("a header twice", RejectionReason.DuplicateHeader, Wire: request => request.With(Seraph.Id, new StringValues(["wiki", "wiki"])), Place: "id"),
        new("headers of two dialects", RejectionReason.MixedFamilies, Wire: request => request.With(WarwickHeader.Id, "wiki")),
        new("a header of an older version", RejectionReason.LegacyHeaderBeside, Wire: request => request.With(Seraph.Magic, "AAAA")),
        new("a key that is too long", RejectionReason.HeaderTooLong, Wire: request => request.With(Seraph.Key, new string('a', 8001)), Place: "key"),
        new("a target that is no path", RejectionReason.TargetForm, Wire: request => request with { Target = "*" }, Place: "target"),
        new("an upgrade", RejectionReason.TunnelOrUpgrade, Wire: request => request.With("Upgrade", "websocket")),
        new("an overriding header", RejectionReason.OverrideHeader, Wire: request => request.With("X-HTTP-Method-Override", "DELETE")),
        new("no application id", RejectionReason.ApplicationIdNotFound, Wire: request => request.With(Seraph.Id, " "), Place: "id"),
        new("an unknown application", RejectionReason.ApplicationUnknown, Wire: request => request.With(Seraph.Id, "stranger"), Place: "id"),
        new("a version that the trust does not accept", RejectionReason.VersionNotAccepted, setup => setup.AcceptsVersion4 = false),
        new("a foreign address", RejectionReason.AddressNotAllowed, Wire: request => request with { RemoteAddress = IPAddress.Parse("192.0.2.1") }),
        new("a foreign address on the way", RejectionReason.ForwardedAddressNotAllowed, Wire: request => request.With("X-Forwarded-For", "192.0.2.1")),
        new("no grant", RejectionReason.GrantNeeded, Wire: request => request.Without(Seraph.Key), Place: "key"),
        new("a malformed grant", RejectionReason.GrantMalformed, setup => setup.Grant = "a.b", Place: "key"),
        new("a grant of an unknown key", RejectionReason.GrantKeyUnknown, setup => setup.Grant = Craft4.Sign(Craft4.Claims(aud: "1", iat: 0), keys: Fixture.Blog), Place: "key"),
        new("a grant of another issuer", RejectionReason.GrantMalformed, setup => setup.Grant = Craft4.Sign(Craft4.Claims(iss: "blog", aud: "1", iat: 0)), Place: "key"),
        new("a grant for another provider", RejectionReason.GrantForOtherProvider, setup => setup.Grant = Craft4.Sign(Craft4.Claims(aud: "1", @base: "1", iat: 0)), Place: "key"),
        new("a grant for another base", RejectionReason.GrantForOtherBase, setup => setup.Grant = Craft4.Sign(Craft4.Claims(@base: "1", iat: 0)), Place: "key"),
        new("a grant from the future", RejectionReason.GrantTooEarly, setup => setup.Grant = Craft4.Sign(Craft4.Claims(iat: Craft4.Now + 31, exp: Craft4.Now + 9999), Craft4.GrantHeader, Fixture.Blog), Place: "key"),
        new("an expired grant", RejectionReason.GrantExpired, setup => setup.Grant = Craft4.Sign(Craft4.Claims(iat: Craft4.Now - 700), Craft4.GrantHeader, Fixture.Blog), Place: "key"),
        new("a grant with a bad signature", RejectionReason.GrantSignatureWrong, setup => setup.Grant = Craft4.Sign(Craft4.Claims(jwe: "a.b"), Craft4.GrantHeader, Fixture.Blog), Place: "key"),
        new("a grant that does not open", RejectionReason.GrantNotReadable, setup => setup.Grant = Craft4.Sign(Craft4.Claims(jwe: "a.b")), Place: "key"),
        new("an assertion that does not open", RejectionReason.AssertionNotReadable, setup => setup.Cert = "a.b", Place: "claims"),
        new("malformed claims", RejectionReason.ClaimsMalformed, setup => setup.Cert = Craft4.Seal("{}"), Place: "claims"),
        new("an assertion from the future", RejectionReason.TooEarly, setup => setup.Seconds += 31, Place: "time"),
        new("an old assertion", RejectionReason.TooOld, setup => setup.Seconds -= 91, Place: "time"),
        new("another method", RejectionReason.NotForThisMethod, setup => setup.SaidMethod = "PUT", Place: "method"),
        new("another url", RejectionReason.NotForThisUrl, setup => setup.SaidTarget = "/app/rest", Place: "said target"),
        new("another content type", RejectionReason.NotForThisContentType, setup => setup.SaidType = "text/html"),
        new("a method that is not allowed", RejectionReason.MethodNotAllowed, setup => setup.Method = "DELETE"),
        new("a url that is not allowed", RejectionReason.UrlNotAllowed, setup => setup.Target = "/app/admin", Place: "target"),
        new("no user", RejectionReason.SelfNotAllowed, setup => setup.User = null, Place: "said user"),
        new("a user whom the trust denies", RejectionReason.UserNotAllowed, setup => setup.User = "root", Place: "said user"),
        new("an assertion that was used before", RejectionReason.Replayed, setup => setup.Replay = ReplayStatus.Repeated, Place: "memory"),
        new("a full memory", RejectionReason.MemoryFull, setup => setup.Replay = ReplayStatus.Full, Place: "memory"),
        new("content of another digest", RejectionReason.DigestWrong, setup => setup.Content = "other", Place: "content"),
        new("too much content", RejectionReason.ContentTooLarge, setup => setup.Content = new string('x', 101), Place: "content"),
        new("an unknown user", RejectionReason.UserUnknown, setup => setup.Resolution = UserResolution.Unknown, Place: "user"),
        new("a user who may not log in", RejectionReason.UserMayNotLogIn, setup => setup.Resolution = UserResolution.Denied, Place: "user"),
        new("a user whose real name the trust denies", RejectionReason.UserNotAllowed, setup => setup.Resolution = UserResolution.Known("root"), Place: "user"),
    ];

    public static TheoryData<string> Faults { get; } = [.. _faults.Select(fault => fault.Name)];

    [Fact]
    public async Task With_nothing_wrong_the_request_is_accepted()
    {
        var setup = new Setup();
        Assert.True((await Verify(setup)).Accepted);
        Assert.Equal((true, true), (setup.WasRemembered, setup.WasUserResolved));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Each_thing_wrong_is_refused_and_leaves_no_trace_before_the_memory(string name)
    {
        int index = Array.FindIndex(_faults, fault => fault.Name == name);
        var setup = new Setup();
        AssertRefused(_faults[index], await Verify(setup, _faults[index]), name);
        int memory = Array.FindIndex(_faults, fault => fault.Place == "memory");
        Assert.Equal((index >= memory, _faults[index].Place == "user"), (setup.WasRemembered, setup.WasUserResolved));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Of_two_things_wrong_the_earlier_decides(string name)
    {
        int index = Array.FindIndex(_faults, fault => fault.Name == name);
        Fault earlier = _faults[index];
        foreach (Fault later in _faults.Skip(index + 1).Where(later => later.Place is null || later.Place != earlier.Place))
        {
            AssertRefused(earlier, await Verify(new Setup(), earlier, later), $"{name} and {later.Name}");
        }
    }

    private static void AssertRefused(Fault fault, Verdict verdict, string what)
    {
        Assert.False(verdict.Accepted, what);
        Assert.True(verdict.Rejection.Value.IsBecause(fault.Reason), $"{what}: {verdict.Rejection.Value.Detail}");
    }

    private static async Task<Verdict> Verify(Setup setup, params Fault[] faults)
    {
        foreach (Fault fault in faults) fault.Before?.Invoke(setup);
        Request request = faults.Reverse().Aggregate(setup.MakeRequest(), (made, fault) => fault.Wire is null ? made : fault.Wire(made));
        return await setup.Verify(request);
    }

    private sealed record Fault(string Name, RejectionReason Reason, Action<Setup>? Before = null, Func<Request, Request>? Wire = null, string? Place = null);

    // A request with everything that there is to check, and the provider that would accept it.
    private sealed class Setup : IUserResolver, IReplayCache
    {
        public bool AcceptsVersion4 { get; set; } = true;

        public string Grant { get; set; } = Craft4.Grant;

        public string? Cert { get; set; }

        public long Seconds { get; set; } = Craft4.Now;

        public string Method { get; set; } = "POST";

        public string? SaidMethod { get; set; }

        public string Target { get; set; } = Fixture.Target;

        public string? SaidTarget { get; set; }

        public string SaidType { get; set; } = "text/plain";

        public string? User { get; set; } = "fred";

        public string Content { get; set; } = "content";

        public ReplayStatus Replay { get; set; } = ReplayStatus.First;

        public UserResolution Resolution { get; set; } = UserResolution.Known("fred");

        public bool WasRemembered { get; private set; }

        public bool WasUserResolved { get; private set; }

        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken)
        {
            WasUserResolved = true;
            return new(Resolution);
        }

        public ValueTask<ReplayResult> TryAddAsync(ReplayEntry record, CancellationToken cancellationToken)
        {
            WasRemembered = true;
            return new(new ReplayResult(Replay));
        }

        public Request MakeRequest()
        {
            string claims = Craft4.Says(
                User is null ? "" : $"\"sub\":\"{User}\",", Seconds.ToString(CultureInfo.InvariantCulture), SaidMethod ?? Method, SaidTarget ?? Target,
                $",\"dig\":\"{ContentBinding.Of("content"u8, null).Claim}\",\"cty\":\"{SaidType}\"");
            return Craft4.Request(Cert ?? Craft4.Seal(claims), Grant).With("Content-Type", "text/plain") with
            {
                Method = Method,
                Target = Target,
                Content = new MemoryStream(Encoding.UTF8.GetBytes(Content)),
            };
        }

        public async Task<Verdict> Verify(Request request)
        {
            var conditions = new TrustConditions
            {
                Addresses = ["10.0.0.0/8"],
                Urls = ["/rest"],
                Methods = ["POST", "PUT"],
                DenyUsers = ["root"],
                CheckForwardedFor = true,
            };
            TrustedApplication trust = AcceptsVersion4
                ? new TrustedApplication(Fixture.RecordOf(Fixture.Wiki), conditions)
                : new TrustedApplication("wiki", Fixture.Wiki.PublicKey, conditions);
            var options = new AssertionVerifierOptions { BaseUrls = [Fixture.Base], Keys = Fixture.Tracker, MaxBufferedContent = 100 };
            var verifier = new AssertionVerifier(new InMemoryTrustStore([trust]), this, options, this, new FakeTimeProvider(Fixture.Now));
            return await verifier.VerifyAsync(request.ToIncoming(), cancellationToken: TestContext.Current.CancellationToken);
        }
    }
}
