using System.Text;
using Microsoft.Extensions.Primitives;
using TrustedApps.Diagnostics;
using TrustedApps.Replay;

namespace TrustedApps.Tests;

/// <summary>The order of checks (specification legacy.md, section 2): of two things wrong, the earlier decides the code.</summary>
public class AssertionVerifierOrderTests
{
    // In the order in which the verifier looks. Two that need the same place cannot be wrong at once.
    private static readonly Fault[] _faults =
    [
        new("a header twice", RejectionReason.DuplicateHeader, Wire: request => request.With("X-Seraph-Trusted-App-Version", new StringValues(["2", "2"]))),
        new("headers of two dialects", RejectionReason.MixedFamilies, Wire: request => request.With(WarwickHeader.Id, "wiki")),
        new("no application id", RejectionReason.ApplicationIdNotFound, Wire: request => request.With(Seraph.Id, " "), Place: "id"),
        new("an unknown application", RejectionReason.ApplicationUnknown, Wire: request => request.With(Seraph.Id, "stranger"), Place: "id"),
        new("a version that the trust does not accept", RejectionReason.VersionNotAccepted, setup => setup.Versions = [ProtocolVersion.Atlassian3]),
        new("a version that is unsafe here", RejectionReason.VersionUnsafeHere, setup => setup.BaseUrls.Add(BaseUrl.Parse("http://tracker.example"))),
        new("no key", RejectionReason.SecretKeyNotFound, Wire: request => request.Without(Seraph.Key), Place: "key"),
        new("no magic", RejectionReason.MagicNotFound, Wire: request => request.Without(Seraph.Magic), Place: "magic"),
        new("a foreign address", RejectionReason.AddressNotAllowed, setup => setup.Address = "192.0.2.1"),
        new("a foreign address on the way", RejectionReason.ForwardedAddressNotAllowed, Wire: request => request.With("X-Forwarded-For", "192.0.2.1")),
        new("an unreadable key", RejectionReason.KeyNotReadable, Wire: request => request.With(Seraph.Key, "?"), Place: "key", First: "secret key"),
        new("an unreadable magic", RejectionReason.KeyNotReadable, Wire: request => request.With(Seraph.Magic, "?"), Place: "magic", First: "magic number"),
        new("a certificate that is not base64", RejectionReason.MagicWrong, Wire: request => request.With(Seraph.Cert, "?")),
        new("a text without magic", RejectionReason.MagicWrong, setup => setup.Text = "1\nfred\nmagic", Place: "text"),
        new("a malformed text", RejectionReason.AssertionMalformed, setup => setup.Text = $"now\nfred\n{Fixture.Magic}", Place: "text"),
        new("a stamp far ahead", RejectionReason.TooEarly, setup => setup.Stamp += 3_600_000, Place: "time"),
        new("an old stamp", RejectionReason.TooOld, setup => setup.Stamp -= 3_600_000, Place: "time"),
        new("a URL that is too long", RejectionReason.UrlTooLong, setup => setup.Target += new string('x', 16_384)),
        new("a target that is no path", RejectionReason.NotOriginForm, setup => setup.Target = setup.Target.TrimStart('/')),
        new("a foreign host", RejectionReason.NotOurUrl, setup => setup.Host = "other.example"),
        new("no signature", RejectionReason.SignatureMissing, Wire: request => request.Without(Seraph.Signature), Place: "signature"),
        new("a wrong signature", RejectionReason.SignatureWrong, Wire: request => request.With(Seraph.Signature, Craft.Sign("something else")), Place: "signature"),
        new("a method that is not allowed", RejectionReason.MethodNotAllowed, setup => setup.Method = "DELETE"),
        new("a URL that is not allowed", RejectionReason.UrlNotAllowed, setup => setup.Target = setup.Target.Replace("/rest/", "/admin/", StringComparison.Ordinal)),
        new("a user whom the trust denies", RejectionReason.UserNotAllowed, setup => setup.DenyUsers.Add("fred")),
        new("a key that was used before", RejectionReason.Replayed, setup => setup.WasKeySeen = true, Place: "memory"),
        new("a full memory", RejectionReason.MemoryFull, setup => setup.IsMemoryFull = true, Place: "memory"),
        new("an unknown user", RejectionReason.UserUnknown, setup => setup.Resolution = UserResolution.Unknown, Place: "user"),
        new("a user who may not log in", RejectionReason.UserMayNotLogIn, setup => setup.Resolution = UserResolution.Denied, Place: "user"),
        new("a user whose real name the trust denies", RejectionReason.UserNotAllowed, setup => setup.Resolution = UserResolution.Known("root"), Place: "user"),
    ];

    public static TheoryData<string> Faults { get; } = [.. _faults.Select(fault => fault.Name)];

    [Fact]
    public async Task With_nothing_wrong_the_request_is_accepted() => Assert.True((await Verify()).Accepted);

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Each_thing_wrong_is_refused_and_leaves_no_trace_before_the_memory(string name)
    {
        Fault fault = _faults.Single(candidate => candidate.Name == name);
        var setup = new Setup();
        Verdict verdict = await Verify(setup, fault);
        AssertRefused(fault, verdict, name);

        bool reachedUser = fault.Place == "user";
        Assert.Equal(reachedUser, setup.WasUserResolved);
        Assert.Equal(reachedUser ? 2 : setup.MarksBefore, setup.Memory.Count);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Of_two_things_wrong_the_earlier_decides(string name)
    {
        int index = Array.FindIndex(_faults, fault => fault.Name == name);
        Fault earlier = _faults[index];
        foreach (Fault later in _faults.Skip(index + 1).Where(later => CanBeWrongAtOnce(earlier, later)))
        {
            AssertRefused(earlier, await Verify(new Setup(), earlier, later), $"{name} and {later.Name}");
        }
    }

    [Fact]
    public async Task A_certificate_that_is_blank_comes_after_the_shape_and_before_all_else()
    {
        Request blank = new Setup().MakeRequest().With(Seraph.Cert, " ");
        Provider provider = new Setup().MakeProvider();
        Assert.Equal("none of ours", await provider.Answer(blank));
        Assert.Equal("none of ours", await provider.Answer(blank.Without(Seraph.Id, Seraph.Key)));
        Assert.Equal("SYSTEM", await provider.Answer(blank.With(Seraph.Id, new StringValues(["wiki", "wiki"]))));
        Assert.Equal("SYSTEM", await provider.Answer(blank.With(WarwickHeader.Cert, "MQ==")));
    }

    [Fact]
    public async Task For_an_unknown_application_a_missing_header_comes_first()
    {
        Request request = new Setup().MakeRequest().With(Seraph.Id, "stranger");
        Provider provider = new Setup().MakeProvider();
        Assert.Equal("APP_UNKNOWN", await provider.Answer(request));
        Assert.Equal("SECRET_KEY_NOT_FOUND", await provider.Answer(request.Without(Seraph.Key)));
        Assert.Equal("MAGIC_NUMBER_NOT_FOUND", await provider.Answer(request.Without(Seraph.Magic)));
        Assert.Equal("APP_UNKNOWN", await provider.Answer(request.Without(Seraph.Key).With(Seraph.Version, "9")));
    }

    // That headers are missing comes first when the application is unknown, which has a test of its own.
    private static bool CanBeWrongAtOnce(Fault earlier, Fault later) =>
        (later.Place is null || later.Place != earlier.Place)
        && !(earlier.Reason == RejectionReason.ApplicationUnknown && later.Reason.Code is (ErrorCode.SecretKeyNotFound or ErrorCode.MagicNumberNotFound));

    private static void AssertRefused(Fault fault, Verdict verdict, string what)
    {
        Assert.False(verdict.Accepted, what);
        TrustedAppError error = verdict.Rejection.Value.ToError();
        Assert.Equal((what, fault.Reason.Code, fault.Reason.Message), (what, error.Code, error.Message));
        if (fault.First is not null) Assert.Equal((what, fault.First), (what, error.Parameters[0]));
    }

    private static Task<Verdict> Verify(params Fault[] faults) => Verify(new Setup(), faults);

    private static async Task<Verdict> Verify(Setup setup, params Fault[] faults)
    {
        foreach (Fault fault in faults) fault.Before?.Invoke(setup);
        Request request = faults.Aggregate(setup.MakeRequest(), (made, fault) => fault.Wire is null ? made : fault.Wire(made));
        Provider provider = setup.MakeProvider();
        await setup.FillMemory();
        return await provider.Verify(request);
    }

    private sealed record Fault(
        string Name, RejectionReason Reason, Action<Setup>? Before = null, Func<Request, Request>? Wire = null, string? Place = null, string? First = null);

    // A request of version 2, which has the most to check, and the provider that would accept it.
    private sealed class Setup : IUserResolver
    {
        public ProtocolVersion[] Versions { get; set; } = [ProtocolVersion.Atlassian2];

        public List<BaseUrl> BaseUrls { get; } = [BaseUrl.Parse("https://tracker.example/app")];

        public List<string> DenyUsers { get; } = ["root"];

        public string Address { get; set; } = "10.0.0.7";

        public string Method { get; set; } = "GET";

        public string Host { get; set; } = "tracker.example";

        public string Target { get; set; } = Fixture.Target;

        public string? Text { get; set; }

        public long Stamp { get; set; } = Fixture.Stamp;

        public UserResolution Resolution { get; set; } = UserResolution.Known("fred");

        public bool WasKeySeen { get; set; }

        public bool IsMemoryFull { get; set; }

        public bool WasUserResolved { get; private set; }

        public int MarksBefore => WasKeySeen ? 2 : 0;

        public InMemoryReplayCache Memory => field ??= new InMemoryReplayCache(new InMemoryReplayCacheOptions { Capacity = IsMemoryFull ? 1 : 100, IsNewInstallation = true });

        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken)
        {
            WasUserResolved = true;
            return new(Resolution);
        }

        public Request MakeRequest()
        {
            byte[] text = Encoding.UTF8.GetBytes(Text ?? Craft.Text("fred", Stamp));
            return Craft.Encrypted(ProtocolVersion.Atlassian2, text, url: $"https://{Host}{Target}", stamp: Stamp) with
            {
                Method = Method,
                Host = Host,
                Target = Target,
                RemoteAddress = System.Net.IPAddress.Parse(Address),
            };
        }

        public Provider MakeProvider()
        {
            var conditions = new TrustConditions
            {
                Addresses = ["10.0.0.0/8"],
                Urls = ["/rest"],
                Versions = Versions,
                DenyUsers = DenyUsers,
                CheckForwardedFor = true,
            };
            return new Provider(Fixture.Trust(Fixture.Wiki, conditions))
            {
                Users = this,
                Memory = Memory,
                Options = new AssertionVerifierOptions { BaseUrls = BaseUrls },
            };
        }

        // Somebody else's request under the same key: only the memory knows.
        public async Task FillMemory()
        {
            if (!WasKeySeen) return;
            var other = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian2)) { Memory = Memory };
            Assert.Equal("OK ann", await other.Answer(Craft.Encrypted(ProtocolVersion.Atlassian2, Craft.Text("ann"))));
        }
    }
}
