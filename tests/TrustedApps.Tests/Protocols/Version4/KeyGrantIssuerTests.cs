using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Protocols;
using TrustedApps.Protocols.Version4;
using TrustedApps.Tests.Keys;

namespace TrustedApps.Tests.Protocols.Version4;

public sealed class KeyGrantIssuerTests : IDisposable
{
    private static readonly KeyGrantRecipient _tracker = KeyGrantRecipient.Of(Fixture.Tracker.ToCertificate());

    private readonly KeyGrantIssuer _issuer = new(Fixture.Wiki, _tracker, Fixture.Base, TimeSpan.FromMinutes(10));
    private readonly PrivateKeyOperations _operations = new();

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
    public void In_the_second_half_of_its_life_it_is_renewed_while_callers_go_on_with_it()
    {
        KeyGrant first = Get(1000);
        Assert.Same(first, Get(1301));
        Assert.True(SpinWait.SpinUntil(() => Get(1301) != first, TimeSpan.FromSeconds(30)));
        KeyGrant second = Get(1301);
        Assert.Equal(1301, second.IssuedAt);
        Assert.NotEqual(first.Id, second.Id);
        Assert.NotNull(first.Key.Rent()); // somebody may still be encrypting with it
        Assert.Equal(2, _operations.Signatures);
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
        _issuer.Discard("another");
        Assert.Same(first, Get(1000));
        _issuer.Discard(first.Token);
        KeyGrant second = Get(1000);
        Assert.NotSame(first, second);
        _issuer.Discard(first.Token); // by somebody who comes late
        Assert.Same(second, Get(1000));
    }

    [Fact]
    public void The_key_of_the_one_before_the_last_is_zeroed()
    {
        KeyGrant first = Get(1000);
        _issuer.Discard(first.Token);
        KeyGrant second = Get(1000);
        Assert.NotNull(first.Key.Rent());
        _issuer.Discard(second.Token);
        Assert.Null(first.Key.Rent());
        Assert.NotNull(second.Key.Rent());
    }

    [Fact]
    public void A_new_certificate_of_the_provider_makes_a_new_grant_for_its_new_key()
    {
        KeyGrant first = Get(1000);
        ApplicationKeys rotated = Fixture.Tracker.WithNext(Fixture.Now).Rotate(Fixture.Now);
        KeyGrant second = _issuer.With(Fixture.Wiki, KeyGrantRecipient.Of(rotated.ToCertificate())).GetAsync(1000, CancellationToken.None).Completed();
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
        Assert.True(SpinWait.SpinUntil(() => Get(1400) != first, TimeSpan.FromSeconds(30)));
        Assert.Equal(2, _operations.Signatures);
    }

    [Fact]
    public async Task While_a_key_elsewhere_signs_others_use_the_old_grant_and_one_renews()
    {
        using var module = new DistantModule();
        KeyGrantIssuer issuer = IssuerOf(module);
        ValueTask<KeyGrant> first = issuer.GetAsync(1000, Cancellation), second = issuer.GetAsync(1000, Cancellation);
        await module.ArrivalAsync();
        Assert.False(first.IsCompleted || second.IsCompleted);
        module.LetPass();
        KeyGrant old = await first;
        Assert.Same(old, await second);

        Assert.Same(old, await issuer.GetAsync(1400, Cancellation)); // worn: begins to renew
        await module.ArrivalAsync();
        for (int call = 0; call < 10; call++) Assert.Same(old, await issuer.GetAsync(1400, Cancellation));
        Assert.Equal(2, _operations.Signatures);
        module.LetPass();
        Assert.True(SpinWait.SpinUntil(() => issuer.GetAsync(1400, Cancellation).Completed() != old, TimeSpan.FromSeconds(30)));
        Assert.Equal(2, _operations.Signatures);
    }

    [Fact]
    public async Task A_caller_who_leaves_does_not_take_the_grant_from_the_others()
    {
        using var module = new DistantModule();
        KeyGrantIssuer issuer = IssuerOf(module);
        using var leaving = new CancellationTokenSource();
        Task<KeyGrant> first = issuer.GetAsync(1000, leaving.Token).AsTask(), second = issuer.GetAsync(1000, Cancellation).AsTask();
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
        Task<KeyGrant> first = issuer.GetAsync(1000, Cancellation).AsTask(), second = issuer.GetAsync(1000, Cancellation).AsTask();
        await module.ArrivalAsync();
        module.Open();
        await Assert.ThrowsAsync<IOException>(() => first);
        await Assert.ThrowsAsync<IOException>(() => second);
        Assert.Equal(1, _operations.Signatures);

        module.Failure = null;
        KeyGrant good = await issuer.GetAsync(1000, Cancellation);
        module.Failure = new IOException("The module is away.");
        Assert.Same(good, await issuer.GetAsync(1400, Cancellation)); // worn, and the renewal fails
        Assert.True(SpinWait.SpinUntil(() => _operations.Signatures == 3, TimeSpan.FromSeconds(30)));
        Assert.Same(good, await issuer.GetAsync(1400, Cancellation));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static KeyGrantIssuer IssuerOf(DistantModule module) =>
        new(module.Keep(Fixture.Wiki), _tracker, Fixture.Base, TimeSpan.FromMinutes(10));

    private KeyGrant Get(long now) => _issuer.GetAsync(now, CancellationToken.None).Completed();
}
