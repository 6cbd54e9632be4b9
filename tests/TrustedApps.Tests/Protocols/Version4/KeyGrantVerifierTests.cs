using System.Net;
using TrustedApps.Diagnostics;
using TrustedApps.Keys;
using TrustedApps.Limits;
using TrustedApps.Protocols;
using TrustedApps.Protocols.Version4;
using TrustedApps.Tests.Keys;

namespace TrustedApps.Tests.Protocols.Version4;

public sealed class KeyGrantVerifierTests : IDisposable
{
    private static readonly IPAddress _address = IPAddress.Parse("192.0.2.1");
    private static readonly KeyGrantRules _rules = new(Fixture.Tracker, [Fixture.Base], AcceptsAnyBaseUrl: false, Skew: 30, MaxLifetime: 3600);

    private readonly TrustedApplication _wiki = Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4);
    private readonly TrustedApplication _blog = Fixture.Trust(Fixture.Blog, ProtocolVersion.Version4);
    private readonly ManualTimeProvider _time = new(Fixture.Now);
    private readonly InMemoryTrustStore _trusts;
    private readonly FailureBudget _budget;
    private readonly KeyGrantVerifier _verifier;
    private readonly PrivateKeyOperations _operations = new();

    public KeyGrantVerifierTests()
    {
        _budget = new FailureBudget(_time);
        _trusts = new InMemoryTrustStore(_wiki, _blog);
        _verifier = Verifier(new KeyGrantLimits());
    }

    public void Dispose() => _operations.Dispose();

    [Fact]
    public void The_default_answer_is_a_refusal()
    {
        KeyGrantResult answer = default;
        Assert.Null(answer.Grant);
        Assert.Equal("UNKNOWN", answer.Rejection?.ToString());
    }

    [Fact]
    public async Task A_grant_is_proven_once_and_then_kept()
    {
        KeyGrant issued = Fixture.NewGrant();
        var first = (KeyGrant?)(await Find(issued.Token, HeaderOf(issued))).Grant;
        Assert.Same(first, (await Find(issued.Token, HeaderOf(issued))).Grant);
        Assert.Same(first, (await Find(issued.Token, "another header of the same meaning")).Grant);
        Assert.Equal(1, _operations.Decryptions);
    }

    [Theory]
    [InlineData(3630, null)]
    [InlineData(3631, "OLD_CERT")]
    [InlineData(-30, null)]
    [InlineData(-31, "FUTURE_CERT")]
    public async Task The_time_of_a_kept_grant_is_checked_again(int seconds, string? code)
    {
        KeyGrant issued = Fixture.NewGrant();
        Assert.NotNull((await Find(issued.Token, HeaderOf(issued))).Grant);
        Assert.Equal(code, (await Find(issued.Token, HeaderOf(issued), seconds: seconds)).Rejection?.ToString());
        Assert.Equal(code, (await Find(issued.Token, "?", seconds: seconds)).Rejection?.ToString());
        Assert.Equal(1, _operations.Decryptions);
    }

    [Fact]
    public async Task A_change_to_the_trust_has_the_grant_proven_again()
    {
        KeyGrant issued = Fixture.NewGrant();
        var first = (KeyGrant?)(await Find(issued.Token, HeaderOf(issued))).Grant;
        TrustedApplication changed = Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4);
        _trusts.Replace(changed);
        var second = (KeyGrant?)(await Find(issued.Token, HeaderOf(issued), changed)).Grant;
        Assert.NotSame(first, second);
        Assert.Null(first!.RequestKey.Rent());
        Assert.Equal(2, _operations.Decryptions);
    }

    [Fact]
    public async Task A_kept_grant_with_any_change_is_another_one()
    {
        KeyGrant issued = Fixture.NewGrant();
        Assert.NotNull((await Find(issued.Token, HeaderOf(issued))).Grant);
        int dot = issued.Token.LastIndexOf('.');
        string[] others = [issued.Token + "A", issued.Token[..^1], issued.Token[..dot] + ".AAAA", "A" + issued.Token, "", issued.Token.ToUpperInvariant()];
        foreach (string other in others) Assert.Equal("BAD_GRANT", (await Find(other, HeaderOf(issued))).Rejection?.ToString());
        Assert.Equal(1, _operations.Decryptions);
    }

    [Fact]
    public async Task A_second_grant_of_the_same_id_is_refused_before_it_costs_anything()
    {
        Assert.NotNull((await Find(Craft4.Grant, "?")).Grant);
        KeyGrantResult second = await Find(Craft4.Sign(Craft4.Claims(exp: Craft4.Now + 601)), "?");
        Assert.True(second.Rejection?.IsBecause(RejectionReason.GrantIdTaken));
        Assert.Equal(1, _operations.Decryptions);
    }

    [Fact]
    public async Task One_id_in_two_applications_is_good_in_both()
    {
        string ofBlog = Craft4.Sign(Craft4.Claims(iss: "blog", jwe: Craft4.Wrap(Craft4.WrapHeaderOf("blog"))), keys: Fixture.Blog);
        Assert.NotNull((await Find(Craft4.Grant, "?")).Grant);
        Assert.NotNull((await Find(ofBlog, "?", _blog)).Grant);
    }

    public static TheoryData<string, string> Forgeries { get; } = new()
    {
        { "", "BAD_GRANT" },
        { Craft4.Sign(Craft4.Claims(), Craft4.GrantHeader.Replace("PS256", "RS256", StringComparison.Ordinal)), "BAD_GRANT" },
        { Craft4.Sign(Craft4.Claims(), keys: Fixture.Blog), "BAD_GRANT" }, // another kid
        { Craft4.Sign(Craft4.Claims(), Craft4.GrantHeader, Fixture.Blog), "BAD_GRANT" }, // our kid, another's signature
        { Craft4.Sign(Craft4.Claims(iss: "blog")), "BAD_GRANT" },
        { Craft4.Sign(Craft4.Claims(aud: "\"other\"")), "BAD_AUDIENCE" },
        { Craft4.Sign(Craft4.Claims(@base: "\"https://evil.example\"")), "BAD_AUDIENCE" },
        { Craft4.Sign(Craft4.Claims(iat: Craft4.Now - 700)), "OLD_CERT" },
        { Craft4.Sign(Craft4.Claims(iat: Craft4.Now + 31)), "FUTURE_CERT" },
        { Craft4.Sign(Craft4.Claims(exp: Craft4.Now + 3601)), "BAD_GRANT" },
        { Craft4.Sign(Craft4.Claims(jti: "short")), "BAD_GRANT" },
        { Craft4.Sign(Craft4.Claims())[..^4] + "AAAA", "BAD_GRANT" },
        { Craft4.Sign(Craft4.Claims(jwe: Craft4.Wrap(Craft4.WrapHeaderOf("blog")))), "BAD_GRANT" }, // a key captured from another's grant, signed anew
        { Craft4.Sign(Craft4.Claims(jwe: "a.b.c.d.e")), "BAD_GRANT" },
    };

    [Theory]
    [MemberData(nameof(Forgeries), DisableDiscoveryEnumeration = true)] // the keys are made in this process
    public async Task A_forged_grant_costs_no_private_key_operation(string token, string code)
    {
        int made = _operations.Decryptions;
        Assert.Equal(code, (await Find(token, "?")).Rejection?.ToString());
        Assert.Equal(made, _operations.Decryptions);
    }

    [Fact]
    public async Task One_that_was_refused_costs_nothing_the_second_time_and_is_looked_at_again_after_a_minute()
    {
        string token = Craft4.Sign(Craft4.Claims(jwe: Craft4.Wrap(text: "no key")));
        Assert.True((await Find(token, "?")).Rejection?.IsBecause(RejectionReason.GrantNotReadable));
        Assert.True((await Find(token, "?", seconds: 60)).Rejection?.IsBecause(RejectionReason.GrantRejectedBefore));
        Assert.Equal(1, _operations.Decryptions);
        Assert.True((await Find(token, "?", seconds: 61)).Rejection?.IsBecause(RejectionReason.GrantNotReadable));
        Assert.Equal(2, _operations.Decryptions);
    }

    [Fact]
    public async Task Only_what_costs_an_RSA_operation_is_remembered()
    {
        string early = Craft4.Sign(Craft4.Claims(iat: Craft4.Now + 31));
        Assert.Equal("FUTURE_CERT", (await Find(early, "?")).Rejection?.ToString());
        Assert.NotNull((await Find(early, "?", seconds: 1)).Grant);
    }

    [Fact]
    public async Task After_too_many_failures_a_new_grant_waits_for_a_place_and_kept_ones_do_not()
    {
        KeyGrant kept = Fixture.NewGrant(), fresh = Fixture.NewGrant(), ofBlog = Fixture.NewGrant(Fixture.Blog);
        Assert.NotNull((await Find(kept.Token, HeaderOf(kept))).Grant);
        await ExhaustAsync(_address);

        Task<KeyGrantResult> forged = Find(Forged(3), "?"), waiting = Find(fresh.Token, "?"), joined = Find(fresh.Token, "?");
        Assert.Equal(2, _budget.Waiting); // those that bring the same grant wait together
        Assert.NotNull((await Find(kept.Token, HeaderOf(kept))).Grant);
        Assert.NotNull((await Find(kept.Token, "?")).Grant);
        Assert.NotNull((await Find(ofBlog.Token, "?", _blog)).Grant);
        Task<KeyGrantResult> elsewhere = Find(Forged(4), "?", address: IPAddress.Parse("192.0.2.2")); // where others wait, it waits for the draw
        Assert.False(elsewhere.IsCompleted || forged.IsCompleted || waiting.IsCompleted || joined.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(100)); // 2 ms of the processor: places for all
        Assert.Equal("BAD_GRANT", (await elsewhere).Rejection?.ToString());
        Assert.Equal("BAD_GRANT", (await forged).Rejection?.ToString());
        Assert.NotNull((await waiting).Grant);
        Assert.Same((await waiting).Grant, (await joined).Grant);
    }

    [Fact]
    public async Task One_that_waits_a_second_in_vain_is_unavailable_and_comes_again_before_others()
    {
        KeyGrant fresh = Fixture.NewGrant();
        await ExhaustAsync(_address, seconds: 0.23);
        Task<KeyGrantResult> waiting = Find(fresh.Token, "?");
        _time.Advance(TimeSpan.FromMilliseconds(980));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(20));
        KeyGrantResult turnedAway = await waiting;
        Assert.True(turnedAway.Rejection?.IsBecause(RejectionReason.TooManyFailedGrants));
        Assert.Equal(TimeSpan.FromSeconds(1), turnedAway.RetryAfter);
        Assert.Equal(0, _budget.Waiting);

        Task<KeyGrantResult> again = Find(fresh.Token, "?");
        Task<KeyGrantResult>[] forged = [.. Enumerable.Range(0, 50).Select(number => Find(Forged(number), "?"))];
        for (int step = 0; step < 45; step++) _time.Advance(TimeSpan.FromMilliseconds(20)); // after the half there are places again
        Assert.NotNull((await again).Grant);
        await Task.WhenAll(forged);
    }

    [Fact]
    public async Task One_whose_request_has_gone_is_verified_all_the_same_and_kept()
    {
        KeyGrant fresh = Fixture.NewGrant();
        await ExhaustAsync(_address);
        using var leaving = new CancellationTokenSource();
        Task<KeyGrantResult> gone = Find(fresh.Token, "?", leaving: leaving);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);

        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.True(SpinWait.SpinUntil(() => _operations.Decryptions == 1, TimeSpan.FromSeconds(30)));
        Assert.NotNull((await Find(fresh.Token, "?")).Grant);
        Assert.Equal(1, _operations.Decryptions);
    }

    [Fact]
    public async Task A_failure_is_charged_before_a_key_elsewhere_has_answered_and_a_success_is_given_back()
    {
        using var module = new DistantModule();
        ApplicationKeys keys = module.Keep(Fixture.Tracker);
        await ExhaustAsync(_address, seconds: 0.19);
        Task<KeyGrantResult>[] pending =
        [
            .. Enumerable.Range(0, 100).Select(number => Find(Craft4.Sign(Craft4.Claims(jti: Craft4.IdOf(number))), "?", keys: keys)),
        ];
        int begun = pending.Length - _budget.Waiting;
        Assert.InRange(begun, 1, 31); // 10 ms of the processor: 326 us each at 2,048 bits
        module.Open();
        await Task.WhenAll(pending[..begun]);
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(20));
                return _budget.Waiting == 0;
            },
            TimeSpan.FromSeconds(30)));
        Assert.All(await Task.WhenAll(pending[..begun]), result => Assert.NotNull(result.Grant));
        await Task.WhenAll(pending);
    }

    [Fact]
    public async Task What_costs_nothing_does_not_count_as_a_failure()
    {
        string cheap = Craft4.Sign(Craft4.Claims(aud: "\"other\""));
        for (int number = 0; number < 10; number++) Assert.Equal("BAD_AUDIENCE", (await Find(cheap, "?")).Rejection?.ToString());
        Assert.NotNull((await Find(Craft4.Grant, "?")).Grant);
    }

    [Fact]
    public void Of_requests_at_once_with_a_new_grant_one_proves_it()
    {
        KeyGrant issued = Fixture.NewGrant();
        var found = new KeyGrant?[16];
        Threads.Run(16, thread => found[thread] = (KeyGrant?)Find(issued.Token, HeaderOf(issued)).GetAwaiter().GetResult().Grant);
        Assert.NotNull(found[0]);
        Assert.All(found, grant => Assert.Same(found[0], grant));
        Assert.Equal(1, _operations.Decryptions);
    }

    [Fact]
    public async Task Requests_that_wait_for_one_key_elsewhere_share_its_answer()
    {
        using var module = new DistantModule();
        ApplicationKeys keys = module.Keep(Fixture.Tracker);
        KeyGrant issued = Fixture.NewGrant();
        Task<KeyGrantResult> first = Find(issued.Token, HeaderOf(issued), keys: keys), second = Find(issued.Token, HeaderOf(issued), keys: keys);
        await module.ArrivalAsync();
        Assert.False(first.IsCompleted || second.IsCompleted);
        module.LetPass();
        IKeyGrant? grant = (await first).Grant;
        Assert.NotNull(grant);
        Assert.Same(grant, (await second).Grant);
        Assert.Equal(1, _operations.Decryptions);
    }

    [Fact]
    public async Task A_key_that_cannot_be_reached_makes_its_grants_unavailable_and_counts_as_no_failed_grant()
    {
        using var module = new DistantModule { Failure = new IOException("The module is away.") };
        ApplicationKeys keys = module.Keep(Fixture.Tracker);
        KeyGrant issued = Fixture.NewGrant();
        Task<KeyGrantResult> first = Find(issued.Token, HeaderOf(issued), keys: keys), second = Find(issued.Token, HeaderOf(issued), keys: keys);
        await module.ArrivalAsync();
        module.Open();
        foreach (KeyGrantResult result in await Task.WhenAll(first, second))
        {
            Assert.True(result.Rejection?.IsBecause(RejectionReason.OwnKeyUnavailable));
            Assert.Equal(TimeSpan.FromSeconds(1), result.RetryAfter);
            Assert.Contains("did not answer (IOException: The module is away.)", result.Rejection?.Detail, StringComparison.Ordinal);
        }

        module.Failure = null;
        Assert.NotNull((await Find(issued.Token, HeaderOf(issued), keys: keys)).Grant);
        Assert.Equal(0, _budget.Trusts);
    }

    [Fact]
    public async Task The_cause_of_a_failure_is_that_of_the_key_elsewhere_itself()
    {
        using var module = new DistantModule { Failure = new IOException("The module\nis away.") };
        module.Open();
        KeyGrant issued = Fixture.NewGrant();
        KeyGrantResult result = await Find(issued.Token, HeaderOf(issued), keys: module.Keep(Fixture.Tracker, maxConcurrency: 4));
        Assert.Contains("did not answer (IOException: The module?is away.)", result.Rejection?.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task One_application_does_not_keep_others_from_a_slow_key(int maxConcurrency)
    {
        using var module = new DistantModule();
        ApplicationKeys keys = module.Keep(Fixture.Tracker, maxConcurrency);
        Task<KeyGrantResult>[] flood = [.. Enumerable.Range(0, 8).Select(_ => Fixture.NewGrant()).Select(grant => Find(grant.Token, HeaderOf(grant), keys: keys))];
        KeyGrant ofBlog = Fixture.NewGrant(Fixture.Blog);
        Task<KeyGrantResult> found = Find(ofBlog.Token, HeaderOf(ofBlog), _blog, keys: keys);
        await module.ArrivalAsync(); // of the first of the flood
        if (maxConcurrency > 1) await module.ArrivalAsync(); // of the other application
        module.LetPass();
        if (maxConcurrency == 1) await module.ArrivalAsync();
        module.LetPass();
        Assert.NotNull((await found.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).Grant);

        module.Open();
        Assert.All(await Task.WhenAll(flood), result => Assert.NotNull(result.Grant));
    }

    [Fact]
    public async Task One_that_was_verified_under_a_trust_as_it_was_before_is_not_kept()
    {
        using var module = new DistantModule();
        KeyGrant late = Fixture.NewGrant(), fresh = Fixture.NewGrant();
        ApplicationKeys keys = module.Keep(Fixture.Tracker);
        Task<KeyGrantResult> verifying = Find(late.Token, "?", keys: keys);
        await module.ArrivalAsync();
        TrustedApplication changed = Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4);
        _trusts.Replace(changed);
        module.Open();
        IKeyGrant? kept = (await Find(fresh.Token, "?", changed, keys: keys)).Grant;
        Assert.True((await verifying).Rejection?.IsBecause(RejectionReason.GrantDropped));
        Assert.Same(kept, (await Find(fresh.Token, "?", changed, keys: keys)).Grant);
        Assert.NotNull(((KeyGrant)kept!).RequestKey.Rent());
    }

    [Fact]
    public async Task A_key_that_does_not_answer_is_waited_for_five_seconds_and_no_longer()
    {
        using var module = new DistantModule();
        KeyGrant issued = Fixture.NewGrant();
        Task<KeyGrantResult> waiting = Find(issued.Token, HeaderOf(issued), keys: module.Keep(Fixture.Tracker));
        await module.ArrivalAsync();
        _time.Advance(TimeSpan.FromMilliseconds(4999));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True((await waiting).Rejection?.IsBecause(RejectionReason.OwnKeyUnavailable));
    }

    [Fact]
    public async Task What_was_opened_with_a_key_that_is_gone_is_proven_again_and_else_it_is_kept()
    {
        KeyGrant issued = Fixture.NewGrant();
        ApplicationKeys rotated = Fixture.Tracker.WithNext(Fixture.Now).Rotate(Fixture.Now);
        ApplicationKeys others = ThrowAwayKeys.Of("tracker", 3);
        var first = (KeyGrant?)(await Find(issued.Token, HeaderOf(issued))).Grant;

        Assert.Same(first, (await Find(issued.Token, HeaderOf(issued), keys: rotated)).Grant);
        Assert.False(first!.RequestKey.IsDropped);
        Assert.True((await Find(issued.Token, HeaderOf(issued), keys: others)).Rejection?.IsBecause(RejectionReason.GrantNotReadable));
        Assert.True(first.RequestKey.IsDropped); // zeroed, not left to the garbage collector
        Assert.NotNull((await Find(issued.Token, HeaderOf(issued), keys: rotated)).Grant); // the refusal is forgotten with the keys that it was for
    }

    [Fact]
    public async Task When_there_is_no_room_the_answer_is_unavailable()
    {
        KeyGrantVerifier full = Verifier(new KeyGrantLimits(Capacity: 1));
        Assert.NotNull((await Find(Craft4.Grant, "?", verifier: full)).Grant);
        KeyGrant ofBlog = Fixture.NewGrant(Fixture.Blog);
        Assert.True((await Find(ofBlog.Token, "?", _blog, verifier: full)).Rejection?.IsBecause(RejectionReason.NoRoomForGrant));
    }

    private static string Forged(int number) => Craft4.Sign(Craft4.Claims(jti: Craft4.IdOf(number)), Craft4.GrantHeader, Fixture.Blog);

    private KeyGrantVerifier Verifier(KeyGrantLimits limits) => new(_rules, limits, _budget, new AnswerTimeout(TimeSpan.FromSeconds(5), _time), _trusts);

    // As if so much of the processor had been used by failures.
    private async Task ExhaustAsync(IPAddress address, double seconds = 0.2) =>
        Assert.NotNull(await _budget.EnterAsync("wiki", SourceNetwork.Of(address), TimeSpan.FromSeconds(seconds), returns: 0));

    private static string HeaderOf(KeyGrant grant) => grant.AssertionHeader;

    private async Task<KeyGrantResult> Find(
        string token, string header, TrustedApplication? trust = null, int seconds = 0, IPAddress? address = null, KeyGrantVerifier? verifier = null, ApplicationKeys? keys = null,
        CancellationTokenSource? leaving = null)
    {
        var headers = new AssertionHeaders(HeaderFamily.Atlassian, (trust ?? _wiki).Id, "4", token, magic: null, header + "..", signature: null);
        return await (verifier ?? _verifier).FindAsync(headers, trust ?? _wiki, keys ?? Fixture.Tracker, address ?? _address, Fixture.Now.AddSeconds(seconds), leaving?.Token ?? CancellationToken.None);
    }
}
