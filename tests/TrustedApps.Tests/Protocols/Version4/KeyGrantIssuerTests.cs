using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Limits;
using TrustedApps.Protocols;
using TrustedApps.Protocols.Version4;
using TrustedApps.Responses;
using TrustedApps.Tests.Keys;

namespace TrustedApps.Tests.Protocols.Version4;

public sealed class KeyGrantIssuerTests : IDisposable
{
    private static readonly KeyGrantRecipient _tracker = KeyGrantRecipient.Of(Fixture.Tracker.ToCertificate());

    private readonly ManualTimeProvider _time = new(Fixture.Now);
    private readonly KeyGrantIssuer _issuer;
    private readonly PrivateKeyOperations _operations = new();

    public KeyGrantIssuerTests() => _issuer =
        new(Fixture.Wiki, _tracker, Fixture.Base, TimeSpan.FromMinutes(10), new AnswerTimeout(TimeSpan.FromSeconds(10), TimeProvider.System), new OncePerSecond(_time), new OncePerSecond(_time));

    public void Dispose() => _operations.Dispose();

    [Fact]
    public void One_grant_serves_many_requests()
    {
        KeyGrant first = Get(1000);
        Assert.Equal((1000, 1600), (first.IssuedAt, first.ExpiresAt));
        Assert.Same(first, Get(1000));
        Assert.Same(first, Get(1300)); // half of its life
        Assert.Same(first, Get(995)); // a clock that went back a little
        Assert.Equal(1, _operations.Signatures);
    }

    [Fact]
    public void In_the_second_half_of_its_life_it_is_renewed_and_one_request_at_a_time_tries_the_new_one()
    {
        KeyGrant first = Get(1000);
        Assert.Same(first, Get(1301));
        KeyGrant second = TryNew(first, 1301);
        Assert.Equal(1301, second.IssuedAt);
        Assert.NotEqual(first.Id, second.Id);
        Assert.Same(first, Get(1301, KeyGrantTrial.Allowed)); // the trial is under way
        Assert.Same(first, Get(1301));

        Assert.True(_issuer.Answered(second, KeyGrantAnswer.Unavailable, 1_301_000)); // the trial ends, and the one before is there
        Assert.Same(first, Get(1301));
        Assert.Same(first, Get(1302, KeyGrantTrial.Allowed)); // not each of many requests asks again
        Assert.Same(second, Get(1303, KeyGrantTrial.Allowed)); // another one tries the same
        Assert.True(_issuer.Answered(second, KeyGrantAnswer.Unknown, 1_303_000)); // no answer at all
        Assert.Same(second, Get(1303, KeyGrantTrial.Allowed));

        Assert.False(_issuer.Answered(second, KeyGrantAnswer.Accepted, 1_303_000));
        Assert.Same(second, Get(1303));
        Assert.Same(second, Get(1303, KeyGrantTrial.Allowed));
        Assert.NotNull(first.RequestKey.Rent()); // a caller may still be encrypting with it
        Assert.Equal(2, _operations.Signatures);
    }

    [Fact]
    public void What_cannot_be_sent_again_tries_the_new_one_only_when_the_one_before_is_about_to_expire()
    {
        KeyGrant first = Get(1000);
        Get(1301);
        KeyGrant second = TryNew(first, 1301);
        _issuer.Answered(second, KeyGrantAnswer.Unknown, 1_301_000);
        Assert.Same(first, Get(1584, KeyGrantTrial.Urgent)); // it serves until 1594
        Assert.Same(first, Get(1594));
        Assert.Same(second, Get(1585, KeyGrantTrial.Urgent));
        Assert.Same(first, Get(1585, KeyGrantTrial.Urgent));
        Assert.Same(second, Get(1595)); // the one before is no longer good
    }

    [Theory]
    [InlineData(1310, false)]
    [InlineData(1311, true)]
    [InlineData(1297, true)] // a clock that was set back
    public void A_trial_that_has_no_answer_for_ten_seconds_keeps_no_other_from_trying(long now, bool mayTry)
    {
        KeyGrant first = Get(1000);
        Get(1301);
        KeyGrant second = TryNew(first, 1301);
        Assert.Same(mayTry ? second : first, Get(now, KeyGrantTrial.Allowed));
    }

    [Theory]
    [InlineData("fred ", "https://tracker.example/app/")]
    [InlineData("fred", "https://tracker.example/ä")]
    public async Task A_trial_whose_user_or_URL_cannot_be_sent_ends_at_once(string user, string url)
    {
        KeyGrant first = Get(1000);
        Get(1301);
        KeyGrant second = TryNew(first, 1301);
        _issuer.Answered(second, KeyGrantAnswer.Unknown, 1_301_000);
        var assertion = new OutgoingAssertion(Fixture.Wiki, new OutgoingRequest { Url = url, User = user }, 1_301_000) { Trial = KeyGrantTrial.Allowed };
        await Assert.ThrowsAsync<ArgumentException>(() => new Version4Writer(_issuer).IssueAsync(assertion, Cancellation).AsTask());
        Assert.Same(second, Get(1301, KeyGrantTrial.Allowed));
    }

    [Fact]
    public void Where_no_answers_are_told_the_new_one_is_used_when_it_is_there()
    {
        KeyGrant first = Get(1000);
        Get(1301);
        KeyGrant second = TryNew(first, 1301);
        Assert.Same(first, Get(1301));
        Assert.Same(second, Get(1301, KeyGrantTrial.Untold));
        Assert.Same(second, Get(1301));
    }

    [Fact]
    public void A_new_one_that_is_rejected_is_given_up_and_the_one_before_goes_on()
    {
        KeyGrant first = Get(1000);
        Get(1301);
        KeyGrant second = TryNew(first, 1301);
        Assert.True(_issuer.Answered(second, KeyGrantAnswer.Rejected, 1_301_000));
        Assert.Same(first, Get(1301));
        Assert.NotSame(second, TryNew(first, 1301));
    }

    [Fact]
    public void At_most_one_a_second_is_given_up_whatever_the_provider_answers()
    {
        KeyGrant grant = Get(1000);
        int made = 1;
        for (long now = 1_000_000; now < 1_010_000; now += 100)
        {
            _issuer.Answered(grant, KeyGrantAnswer.Rejected, now);
            _time.Advance(TimeSpan.FromMilliseconds(100));
            KeyGrant next = Get(now / 1000);
            if (next != grant) made++;
            grant = next;
        }

        Assert.Equal(11, made);
        Assert.Equal(11, _operations.Signatures);
    }

    [Fact]
    public void A_clock_that_answers_set_forward_and_back_gives_up_none_sooner()
    {
        KeyGrant first = Get(1000);
        Reject(first, 1000);
        KeyGrant second = Get(1000);
        foreach (long now in new[] { 1002L, 998, 1091 }) // as corrected, in the same second
        {
            _issuer.Answered(second, KeyGrantAnswer.Rejected, now * 1000);
            Assert.Same(second, Get(1000));
        }

        KeyGrantIssuer next = _issuer.With(Fixture.Wiki, _tracker);
        next.Answered(second, KeyGrantAnswer.Rejected, 1_000_000);
        Assert.Same(second, next.GetAsync(1000, KeyGrantTrial.Never, Cancellation).Completed());
        _time.Advance(TimeSpan.FromSeconds(1));
        next.Answered(second, KeyGrantAnswer.Rejected, 1_000_000);
        Assert.NotSame(second, next.GetAsync(1000, KeyGrantTrial.Never, Cancellation).Completed());
    }

    [Fact]
    public void The_keys_of_an_issuer_that_was_replaced_are_zeroed_once_it_is_unused()
    {
        KeyGrant first = Get(1000);
        Get(1301);
        KeyGrant second = TryNew(first, 1301);
        _issuer.Enter();
        KeyGrantIssuer next = _issuer.With(ThrowAwayKeys.Of("wiki", 3), _tracker); // the key that signed is gone
        Assert.NotNull(first.RequestKey.Rent());
        _issuer.Leave();
        Assert.Null(first.RequestKey.Rent());
        Assert.Null(second.RequestKey.Rent());
        Assert.NotSame(first, next.GetAsync(1301, KeyGrantTrial.Never, CancellationToken.None).Completed());

        _issuer.Enter(); // a request that is late
        KeyGrant late = Get(1301);
        Assert.NotNull(late.RequestKey.Rent());
        _issuer.Leave();
        Assert.Null(late.RequestKey.Rent());
    }

    [Fact]
    public async Task The_first_request_of_the_next_issuer_tries_its_grant_and_others_go_on_with_the_one_before()
    {
        using var module = new DistantModule();
        KeyGrant first = Get(1000);
        KeyGrantIssuer next = _issuer.With(module.Keep(Fixture.Wiki.WithNext(Fixture.Now)), _tracker);
        Task<KeyGrant> trial = next.GetAsync(1001, KeyGrantTrial.Allowed, Cancellation).AsTask();
        await module.ArrivalAsync();
        Assert.Same(first, next.GetAsync(1001, KeyGrantTrial.Allowed, Cancellation).Completed());
        Assert.Same(first, next.GetAsync(1001, KeyGrantTrial.Urgent, Cancellation).Completed());
        module.LetPass();
        KeyGrant own = await trial;
        Assert.NotSame(first, own);
        Assert.Same(first, next.GetAsync(1001, KeyGrantTrial.Allowed, Cancellation).Completed());
        Assert.True(next.Answered(own, KeyGrantAnswer.Unavailable, 1_001_000));
        Assert.Same(first, next.GetAsync(1001, KeyGrantTrial.Never, Cancellation).Completed());
        Assert.Same(own, next.GetAsync(1003, KeyGrantTrial.Allowed, Cancellation).Completed());
        next.Answered(own, KeyGrantAnswer.Accepted, 1_001_000);
        Assert.Same(own, next.GetAsync(1001, KeyGrantTrial.Never, Cancellation).Completed());
        next.Close();
        Assert.Null(own.RequestKey.Rent());
        Assert.Null(first.RequestKey.Rent());
    }

    [Fact]
    public async Task A_next_issuer_that_cannot_sign_goes_on_with_the_grant_before()
    {
        using var module = new DistantModule { Failure = new IOException("The module is away.") };
        module.Open();
        KeyGrant first = Get(1000);
        KeyGrantIssuer next = _issuer.With(module.Keep(Fixture.Wiki.WithNext(Fixture.Now)), _tracker);
        Assert.Same(first, await next.GetAsync(1001, KeyGrantTrial.Allowed, Cancellation));
        Assert.Same(first, await next.GetAsync(1001, KeyGrantTrial.Untold, Cancellation));
    }

    [Fact]
    public async Task After_a_renewal_that_failed_the_key_is_left_alone_for_five_seconds()
    {
        using var module = new DistantModule { Failure = new IOException("The module is away.") };
        module.Open();
        KeyGrant first = Get(1000);
        KeyGrantIssuer next = _issuer.With(module.Keep(Fixture.Wiki.WithNext(Fixture.Now)), _tracker);
        int before = _operations.Signatures;
        foreach ((long now, int signatures) in new[] { (1001L, 1), (1001, 1), (1005, 1), (1006, 2), (1010, 2), (1000, 3) })
        {
            Assert.Same(first, await next.GetAsync(now, KeyGrantTrial.Allowed, Cancellation));
            Assert.Equal((now, signatures), (now, _operations.Signatures - before));
        }
    }

    [Fact]
    public async Task A_key_that_does_not_answer_is_waited_for_ten_seconds_and_asked_again_by_the_next()
    {
        using var module = new DistantModule();
        KeyGrantIssuer issuer = IssuerOf(module);
        Task<KeyGrant> first = issuer.GetAsync(1000, KeyGrantTrial.Never, Cancellation).AsTask();
        await module.ArrivalAsync();
        _time.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<TimeoutException>(() => first);
        module.Open();
        Assert.NotNull(await issuer.GetAsync(1000, KeyGrantTrial.Never, Cancellation));
    }

    [Theory]
    [InlineData(1595)]
    [InlineData(994)]
    public void One_that_is_about_to_expire_or_from_the_future_is_not_used(long now)
    {
        KeyGrant first = Get(1000), second = Get(now);
        Assert.NotSame(first, second);
        Assert.Equal(now, second.IssuedAt);
    }

    [Fact]
    public void One_that_was_given_up_is_not_used_again_and_others_are()
    {
        KeyGrant first = Get(1000);
        Reject(Fixture.NewGrant(), 1000);
        Assert.Same(first, Get(1000));
        Reject(first, 1000);
        KeyGrant second = Get(1000);
        Assert.NotSame(first, second);
        Reject(first, 1002); // which comes late
        Assert.Same(second, Get(1000));
    }

    [Fact]
    public void The_key_of_the_one_before_the_last_is_zeroed()
    {
        KeyGrant first = Get(1000);
        Reject(first, 1000);
        KeyGrant second = Get(1000);
        Assert.NotNull(first.RequestKey.Rent());
        Reject(second, 1002);
        Assert.Null(first.RequestKey.Rent());
        Assert.NotNull(second.RequestKey.Rent());
    }

    [Fact]
    public void A_new_certificate_of_the_provider_makes_a_new_grant_for_its_new_key()
    {
        KeyGrant first = Get(1000);
        ApplicationKeys rotated = Fixture.Tracker.WithNext(Fixture.Now).Rotate(Fixture.Now);
        KeyGrant second = _issuer.With(Fixture.Wiki, KeyGrantRecipient.Of(rotated.ToCertificate())).GetAsync(1000, KeyGrantTrial.Never, CancellationToken.None).Completed();
        Assert.NotSame(first, second);
        KeyGrantRules rules = new KeyGrantRules(rotated, [Fixture.Base], AcceptsAnyBaseUrl: false, Skew: 30, MaxLifetime: 3600);
        Assert.Null(KeyGrantToken.Read(second.Token, Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4), rules, 1000, out KeyGrantCandidate? candidate));
        Assert.NotNull(KeyGrantToken.OpenAsync(candidate!, "wiki", rotated, Fixture.Now, TestContext.Current.CancellationToken).Completed());
        Assert.Null(KeyGrantToken.OpenAsync(candidate!, "wiki", Fixture.Tracker, Fixture.Now, TestContext.Current.CancellationToken).Completed());
    }

    [Fact]
    public void Threads_that_come_at_once_make_one_grant()
    {
        var grants = new KeyGrant[16];
        Threads.Run(16, thread => grants[thread] = Get(1000));
        Assert.All(grants, grant => Assert.Same(grants[0], grant));
        Assert.Equal(1, _operations.Signatures);

        Threads.Run(16, thread => grants[thread] = Get(2000)); // the old one has expired
        Assert.All(grants, grant => Assert.Same(grants[0], grant));
        Assert.Equal(2, _operations.Signatures);
    }

    [Fact]
    public void Threads_that_find_it_worn_renew_it_once()
    {
        KeyGrant first = Get(1000);
        Threads.Run(16, _ =>
        {
            for (int round = 0; round < 100; round++) Get(1400);
        });
        TryNew(first, 1400);
        Assert.Equal(2, _operations.Signatures);
    }

    [Fact]
    public async Task While_a_key_elsewhere_signs_others_use_the_old_grant_and_one_renews()
    {
        using var module = new DistantModule();
        KeyGrantIssuer issuer = IssuerOf(module);
        ValueTask<KeyGrant> first = issuer.GetAsync(1000, KeyGrantTrial.Never, Cancellation), second = issuer.GetAsync(1000, KeyGrantTrial.Never, Cancellation);
        await module.ArrivalAsync();
        Assert.False(first.IsCompleted || second.IsCompleted);
        module.LetPass();
        KeyGrant old = await first;
        Assert.Same(old, await second);

        Assert.Same(old, await issuer.GetAsync(1400, KeyGrantTrial.Allowed, Cancellation)); // worn: begins to renew
        await module.ArrivalAsync();
        for (int call = 0; call < 10; call++) Assert.Same(old, await issuer.GetAsync(1400, KeyGrantTrial.Allowed, Cancellation));
        Assert.Equal(2, _operations.Signatures);
        module.LetPass();
        Assert.True(SpinWait.SpinUntil(() => issuer.GetAsync(1400, KeyGrantTrial.Allowed, Cancellation).Completed() != old, TimeSpan.FromSeconds(30)));
        Assert.Equal(2, _operations.Signatures);
    }

    [Fact]
    public async Task A_caller_who_leaves_does_not_take_the_grant_from_the_others()
    {
        using var module = new DistantModule();
        KeyGrantIssuer issuer = IssuerOf(module);
        using var leaving = new CancellationTokenSource();
        Task<KeyGrant> first = issuer.GetAsync(1000, KeyGrantTrial.Never, leaving.Token).AsTask(), second = issuer.GetAsync(1000, KeyGrantTrial.Never, Cancellation).AsTask();
        await module.ArrivalAsync();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        module.LetPass();
        Assert.NotNull(await second);
        Assert.Equal(1, _operations.Signatures);
    }

    [Fact]
    public async Task A_key_that_cannot_be_reached_fails_all_who_wait_and_the_next_caller_tries_again()
    {
        using var module = new DistantModule { Failure = new IOException("The module is away.") };
        KeyGrantIssuer issuer = IssuerOf(module);
        Task<KeyGrant> first = issuer.GetAsync(1000, KeyGrantTrial.Never, Cancellation).AsTask(), second = issuer.GetAsync(1000, KeyGrantTrial.Never, Cancellation).AsTask();
        await module.ArrivalAsync();
        module.Open();
        await Assert.ThrowsAsync<IOException>(() => first);
        await Assert.ThrowsAsync<IOException>(() => second);
        Assert.Equal(1, _operations.Signatures);

        module.Failure = null;
        KeyGrant good = await issuer.GetAsync(1000, KeyGrantTrial.Never, Cancellation);
        module.Failure = new IOException("The module is away.");
        Assert.Same(good, await issuer.GetAsync(1400, KeyGrantTrial.Allowed, Cancellation)); // worn, and the renewal fails
        Assert.True(SpinWait.SpinUntil(() => _operations.Signatures == 3, TimeSpan.FromSeconds(30)));
        Assert.Same(good, await issuer.GetAsync(1400, KeyGrantTrial.Allowed, Cancellation));
    }

    [Fact]
    public void A_grant_is_named_only_after_the_provider_has_accepted_a_request_under_it()
    {
        KeyGrant grant = Get(1000);
        Assert.False(_issuer.TryName(grant));
        foreach (KeyGrantAnswer answer in new[] { KeyGrantAnswer.Unknown, KeyGrantAnswer.Accepted, KeyGrantAnswer.Unavailable, KeyGrantAnswer.Needed })
        {
            _issuer.Answered(grant, answer, 1_000_000);
            Assert.False(_issuer.TryName(grant));
        }

        _issuer.Answered(Fixture.NewGrant(), KeyGrantAnswer.Confirmed, 1_000_000); // another one
        Assert.False(_issuer.TryName(grant));
        _issuer.Answered(grant, KeyGrantAnswer.Confirmed, 1_000_000);
        for (int request = 0; request < 10; request++) Assert.True(_issuer.TryName(grant));
    }

    [Fact]
    public void A_new_grant_is_carried_until_it_was_accepted_itself()
    {
        KeyGrant first = Get(1000);
        _issuer.Answered(first, KeyGrantAnswer.Confirmed, 1_000_000);
        Get(1301);
        KeyGrant second = TryNew(first, 1301);
        Assert.True(_issuer.TryName(first));
        Assert.False(_issuer.TryName(second));
        _issuer.Answered(second, KeyGrantAnswer.Accepted, 1_301_000); // and rejected the request
        Assert.Same(second, Get(1301));
        Assert.False(_issuer.TryName(second));
        _issuer.Answered(second, KeyGrantAnswer.Confirmed, 1_301_000);
        Assert.True(_issuer.TryName(second));
        Assert.False(_issuer.TryName(first));

        Reject(second, 1301);
        Assert.False(_issuer.TryName(Get(1301)));
    }

    [Fact]
    public void After_a_demand_four_requests_carry_the_grant_and_after_others_more()
    {
        KeyGrant grant = Get(1000);
        _issuer.Answered(grant, KeyGrantAnswer.Confirmed, 1_000_000);
        foreach (int expected in new[] { 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024 })
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _issuer.Answered(grant, KeyGrantAnswer.Needed, 1_000_000);
            Assert.False(_issuer.TryName(grant));
            for (int together = 0; together < 20; together++) _issuer.Answered(grant, KeyGrantAnswer.Needed, 1_000_000); // one event
            for (int request = 0; request < expected; request++) Assert.False(_issuer.TryName(grant));
            Assert.True(_issuer.TryName(grant));
        }
    }

    [Fact]
    public void A_new_grant_is_carried_at_first_as_often_as_the_one_before_was_asked_for()
    {
        KeyGrant first = Get(1000);
        _issuer.Answered(first, KeyGrantAnswer.Confirmed, 1_000_000);
        Assert.True(_issuer.TryName(first));
        _issuer.Answered(first, KeyGrantAnswer.Needed, 1_000_000);
        KeyGrantIssuer next = _issuer.With(ThrowAwayKeys.Of("wiki", 3), _tracker); // its first grant is another
        KeyGrant second = next.GetAsync(1000, KeyGrantTrial.Never, Cancellation).Completed();
        next.Answered(second, KeyGrantAnswer.Confirmed, 1_000_000);
        for (int request = 0; request < 4; request++) Assert.False(next.TryName(second));
        Assert.True(next.TryName(second));
    }

    [Fact]
    public void The_next_issuer_names_the_grant_that_it_goes_on_with()
    {
        KeyGrant first = Get(1000);
        _issuer.Answered(first, KeyGrantAnswer.Confirmed, 1_000_000);
        KeyGrantIssuer next = _issuer.With(Fixture.Wiki.WithNext(Fixture.Now), _tracker);
        Assert.Same(first, next.GetAsync(1000, KeyGrantTrial.Never, Cancellation).Completed());
        Assert.True(next.TryName(first));
    }

    [Theory]
    [InlineData("Allowed", false, true)]
    [InlineData("Allowed", true, false)] // has content
    [InlineData("Urgent", false, false)] // cannot be sent again
    [InlineData("Never", false, false)] // is sent again
    [InlineData("Untold", false, false)]
    public async Task Only_what_can_be_sent_again_and_has_no_content_names_it(string trial, bool hasContent, bool isNamed)
    {
        _issuer.Answered(Get(1000), KeyGrantAnswer.Confirmed, 1_000_000);
        ContentBinding content = hasContent ? ContentBinding.Of([1], null) : default;
        var request = new OutgoingRequest { Url = Fixture.Url, User = "fred", Content = content };
        var assertion = new OutgoingAssertion(Fixture.Wiki, request, 1_000_000) { Trial = Enum.Parse<KeyGrantTrial>(trial) };
        IssuedAssertion issued = await new Version4Writer(_issuer).IssueAsync(assertion, Cancellation);
        Assert.Equal((isNamed, isNamed), (issued.NamesGrant, issued.Headers.Key is null));
    }

    [Fact]
    public async Task Once_proofs_are_required_grants_are_dated_back_and_live_and_are_renewed_as_before()
    {
        KeyGrant plain = Get(1000);
        var request = new OutgoingRequest { Url = Fixture.Url, User = "fred", RequireResponseProof = true };
        IssuedAssertion issued = await new Version4Writer(_issuer).IssueAsync(new OutgoingAssertion(Fixture.Wiki, request, 1_000_000), Cancellation);
        Assert.NotNull(issued.Verifier);
        Reject(plain, 1000);
        KeyGrant proven = Get(1000);
        Assert.Equal((700, 1600), (proven.IssuedAt, proven.ExpiresAt));
        Assert.Same(proven, Get(1300)); // half of its life
        Assert.NotSame(proven, TryNew(proven, 1301));

        KeyGrantIssuer next = _issuer.With(ThrowAwayKeys.Of("wiki", 3), _tracker);
        Assert.Equal(1700, next.GetAsync(2000, KeyGrantTrial.Never, Cancellation).Completed().IssuedAt);
    }

    [Fact]
    public async Task A_grant_whose_keys_are_zeroed_verifies_no_response()
    {
        KeyGrant grant = Get(1000);
        var request = new OutgoingRequest { Url = Fixture.Url, User = "fred", RequireResponseProof = true };
        IssuedAssertion issued = await new Version4Writer(_issuer).IssueAsync(new OutgoingAssertion(Fixture.Wiki, request, 1_000_000), Cancellation);
        var response = new ProvenResponse { Status = 200 };
        string nonce = AssertionToken.FindNonce(issued.Headers.Cert).ToString();
        string good = new ResponseProver(grant.ResponseKey.Copy()!, grant.Id, nonce).Prove(response, Fixture.Now)!;
        grant.Drop();
        Assert.Null(grant.ResponseKey.Copy());
        string forged = new ResponseProver(new ResponseKey(new byte[ResponseKey.Size]), grant.Id, nonce).Prove(response, Fixture.Now)!;
        Assert.NotNull(issued.Verifier!.Read(good, response, out _)); // a request that began before
        Assert.Null(issued.Verifier.Read(forged, response, out _));
    }

    // More than a second after the one before.
    private void Reject(KeyGrant grant, long now)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        _issuer.Answered(grant, KeyGrantAnswer.Rejected, now * 1000);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private KeyGrantIssuer IssuerOf(DistantModule module) =>
        new(module.Keep(Fixture.Wiki), _tracker, Fixture.Base, TimeSpan.FromMinutes(10), new AnswerTimeout(TimeSpan.FromSeconds(10), _time), new OncePerSecond(_time), new OncePerSecond(_time));

    // Tells no answer, so a candidate that it gets stays one.
    private KeyGrant Get(long now, KeyGrantTrial trial = KeyGrantTrial.Never) => _issuer.GetAsync(now, trial, CancellationToken.None).Completed();

    // Waits until the renewal in the background is there, and takes part in the trial.
    private KeyGrant TryNew(KeyGrant before, long now)
    {
        KeyGrant? tried = null;
        Assert.True(SpinWait.SpinUntil(() => (tried = Get(now, KeyGrantTrial.Allowed)) != before, TimeSpan.FromSeconds(30)));
        return tried!;
    }
}
