using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore.SignIn.Credentials;

namespace TrustedApps.AspNetCore.SignIn.Tests.Credentials;

public sealed class LoginGuardTests
{
    private static readonly TimeSpan _lockout = TimeSpan.FromMinutes(15);

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Five_failures_lock_an_account_for_its_network_for_fifteen_minutes()
    {
        ILoginGuard guard = NewGuard();
        for (int failure = 0; failure < 5; failure++) Assert.True(await FailAsync(guard, "fred", "192.0.2.1"));

        Assert.False(await FailAsync(guard, "fred", "192.0.2.1"));
        Assert.True(await FailAsync(guard, "fred", "192.0.2.2"));
        Assert.True(await FailAsync(guard, "jane", "192.0.2.1"));
        _clock.Advance(_lockout - TimeSpan.FromTicks(1));
        Assert.False(await FailAsync(guard, "fred", "192.0.2.1"));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(await FailAsync(guard, "fred", "192.0.2.1"));
    }

    [Fact]
    public async Task A_lock_lasts_from_the_last_failure_and_failures_are_added_up_from_the_first()
    {
        ILoginGuard guard = NewGuard();
        await FailAsync(guard, "fred", "192.0.2.1", 4);
        _clock.Advance(TimeSpan.FromMinutes(14));
        await FailAsync(guard, "fred", "192.0.2.1");
        _clock.Advance(TimeSpan.FromMinutes(14));
        Assert.False(await FailAsync(guard, "fred", "192.0.2.1"));

        await FailAsync(guard, "jane", "192.0.2.1", 4);
        _clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(5, await FailAsync(guard, "jane", "192.0.2.1", 10));
    }

    [Fact]
    public async Task Attempts_on_a_locked_account_do_not_prolong_the_lock()
    {
        ILoginGuard guard = NewGuard();
        await FailAsync(guard, "fred", "192.0.2.1", 5);
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, await FailAsync(guard, "fred", "192.0.2.1", 100));
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.True(await FailAsync(guard, "fred", "192.0.2.1"));
    }

    [Theory]
    [InlineData("FRED", "192.0.2.1")]
    [InlineData(" fred\t", "192.0.2.1")]
    [InlineData("fred", "::ffff:192.0.2.1")]
    public async Task An_account_and_a_network_have_several_spellings(string userName, string address)
    {
        ILoginGuard guard = NewGuard();
        await FailAsync(guard, "fred", "192.0.2.1", 5);
        Assert.False(await FailAsync(guard, userName, address));
    }

    // Each of them is fred to some database: with counters of their own there would be as many guesses as one likes.
    [Theory]
    [InlineData("Fr\u00ADed")]
    [InlineData("\u200Bfred\u200B ")]
    [InlineData("fre\u0301d")]
    [InlineData("fred\uFFFE")]
    [InlineData("fred\uDBFF\uDFFF")]
    public async Task A_name_with_what_nobody_sees_counts_as_the_one_without(string userName)
    {
        ILoginGuard guard = NewGuard();
        await FailAsync(guard, "fred", "192.0.2.1", 5);
        Assert.False(await FailAsync(guard, userName, "192.0.2.1"));
    }

    [Theory]
    [InlineData("fr\u00E9d")]
    [InlineData("\uFF46\uFF52\uFF45\uFF44")]
    [InlineData("\u24D5\u24E1\u24D4\u24D3")]
    public async Task Accents_and_widths_make_no_other_account_though_these_tests_have_no_ICU(string userName)
    {
        Assert.Equal(userName, userName.Normalize(NormalizationForm.FormKD)); // InvariantGlobalization
        ILoginGuard guard = NewGuard();
        await FailAsync(guard, "fred", "192.0.2.1", 5);
        Assert.False(await FailAsync(guard, userName, "192.0.2.1"));
    }

    [Fact]
    public async Task IPv6_counts_by_network_of_64_bits()
    {
        ILoginGuard guard = NewGuard();
        await FailAsync(guard, "fred", "2001:db8::1", 5);
        Assert.False(await FailAsync(guard, "fred", "2001:db8::ffff:ffff:ffff:ffff"));
        Assert.True(await FailAsync(guard, "fred", "2001:db8:0:1::1"));
    }

    [Fact]
    public async Task An_account_that_has_logged_in_from_an_address_is_not_locked_out_by_others_there()
    {
        ILoginGuard guard = NewGuard();
        var fred = new LoginAttempt("fred", IPAddress.Parse("192.0.2.1"), "Form");
        Assert.True(await AllowsAsync(guard, fred, TestContext.Current.CancellationToken));
        await guard.OnSuccessAsync(fred, TestContext.Current.CancellationToken);
        for (int account = 0; account < 50; account++) Assert.True(await FailAsync(guard, $"user{account}", "192.0.2.1"));

        Assert.False(await FailAsync(guard, "ann", "192.0.2.1")); // who never came from there
        for (int failure = 0; failure < 5; failure++) Assert.True(await FailAsync(guard, "fred", "192.0.2.1"));
        Assert.False(await FailAsync(guard, "fred", "192.0.2.1")); // his own failures lock him out all the same
    }

    [Fact]
    public async Task Where_a_network_is_locked_other_accounts_cost_the_same_and_as_often()
    {
        ILoginGuard guard = NewGuard();
        await SucceedAsync(guard, "jos\u00E9", "192.0.2.1");
        for (int account = 0; account < 50; account++) await FailAsync(guard, $"user{account}", "192.0.2.1");

        foreach (string name in (string[])["ann", "jose", "jos\u00E9"])
        {
            LoginVerdict expected = name == "jos\u00E9" ? LoginVerdict.Allowed : LoginVerdict.RefusedAfterwards;
            LoginAttempt attempt = Attempt(name, name == "jos\u00E9" ? "192.0.2.1" : "::ffff:192.0.2.1");
            int times = name == "jose" ? 2 : name == "ann" ? 5 : 3; // two spellings share the counter of failures
            for (int time = 0; time < times; time++)
            {
                Assert.Equal(expected, await guard.PermitAsync(attempt, Cancellation));
                await guard.OnFailureAsync(attempt, Cancellation);
            }
        }

        foreach (string name in (string[])["ann", "jose", "jos\u00E9"]) Assert.Equal(LoginVerdict.Refused, await guard.PermitAsync(Attempt(name, "192.0.2.1"), Cancellation));
    }

    [Fact]
    public async Task A_network_has_ten_times_as_many_failures_of_the_accounts_that_came_from_there_and_no_more()
    {
        ILoginGuard guard = NewGuard();
        for (int account = 0; account < 600; account++) await SucceedAsync(guard, $"user{account}", "192.0.2.1");

        int allowed = 0;
        for (int account = 0; account < 600; account++) allowed += await FailAsync(guard, $"user{account}", "192.0.2.1", 2);

        Assert.Equal(500, allowed);
        Assert.True(await FailAsync(guard, "user1", "192.0.2.2"));
        _clock.Advance(_lockout);
        Assert.True(await FailAsync(guard, "user599", "192.0.2.1"));
    }

    [Fact]
    public void Of_known_logins_there_are_only_so_many_and_for_a_month()
    {
        var time = new ManualTimeProvider();
        var known = new KnownLogins(64, time);
        LoginKey[] keys = [.. Enumerable.Range(0, 10_000).Select(number => new LoginKey((UInt128)(ulong)number * 0x9E3779B97F4A7C15, 5))];

        foreach (LoginKey key in keys) known.Add(key);

        Assert.Equal(64, keys.Count(known.Contains));
        Assert.True(known.Contains(keys[^1]));
        time.Advance(TimeSpan.FromDays(31));
        Assert.DoesNotContain(keys, known.Contains);
    }

    [Fact]
    public async Task Fifty_failures_lock_an_address_whatever_the_accounts()
    {
        ILoginGuard guard = NewGuard();
        for (int account = 0; account < 50; account++) Assert.True(await FailAsync(guard, $"user{account}", "192.0.2.1"));
        Assert.False(await FailAsync(guard, "fred", "192.0.2.1"));
        Assert.True(await FailAsync(guard, "fred", "192.0.2.2"));
    }

    [Fact]
    public async Task Fifty_failures_lock_an_account_from_anywhere()
    {
        ILoginGuard guard = NewGuard();
        for (int address = 0; address < 50; address++) Assert.True(await FailAsync(guard, "fred", $"192.0.2.{address}"));
        Assert.False(await FailAsync(guard, "fred", "198.51.100.1"));
        Assert.True(await FailAsync(guard, "jane", "198.51.100.1"));
    }

    [Fact]
    public async Task Without_an_address_accounts_are_counted_alone()
    {
        ILoginGuard guard = NewGuard();
        for (int account = 0; account < 100; account++) Assert.True(await FailAsync(guard, $"user{account}", null));
        Assert.Equal(5, await FailAsync(guard, "fred", null, 10));
    }

    [Fact]
    public async Task A_success_clears_the_account_there_and_neither_its_address_nor_the_account_elsewhere()
    {
        ILoginGuard guard = NewGuard();
        for (int round = 0; round < 12; round++)
        {
            Assert.Equal(4, await FailAsync(guard, "fred", "192.0.2.1", 4));
            await SucceedAsync(guard, "fred", "192.0.2.1");
        }

        Assert.Equal(2, await FailAsync(guard, "fred", "198.51.100.1", 4)); // the account has 50
        Assert.Equal(2, await FailAsync(guard, "jane", "192.0.2.1", 4)); // the address has 50
    }

    [Fact]
    public async Task Successes_and_abandoned_attempts_are_taken_back()
    {
        ILoginGuard guard = NewGuard();
        for (int round = 0; round < 200; round++)
        {
            await SucceedAsync(guard, "fred", "192.0.2.1");
            LoginAttempt attempt = Attempt("fred", "192.0.2.1");
            Assert.True(await AllowsAsync(guard, attempt, Cancellation));
            await guard.OnAbandonedAsync(attempt, Cancellation);
        }

        Assert.Equal(5, await FailAsync(guard, "fred", "192.0.2.1", 10));
    }

    [Fact]
    public async Task An_abandoned_attempt_clears_nothing()
    {
        ILoginGuard guard = NewGuard();
        await FailAsync(guard, "fred", "192.0.2.1", 4);
        LoginAttempt attempt = Attempt("fred", "192.0.2.1");
        await AllowsAsync(guard, attempt, Cancellation);
        await guard.OnAbandonedAsync(attempt, Cancellation);
        Assert.Equal(1, await FailAsync(guard, "fred", "192.0.2.1", 10));
    }

    [Fact]
    public async Task An_attempt_waits_for_those_under_way_and_is_refused_when_they_fail()
    {
        ILoginGuard guard = NewGuard();
        LoginAttempt attempt = Attempt("fred", "192.0.2.1");
        for (int under = 0; under < 5; under++) Assert.True(await AllowsAsync(guard, attempt, Cancellation));
        Task<bool>[] waiting = [.. Enumerable.Range(0, 3).Select(_ => AllowsAsync(guard, attempt, Cancellation))];
        Assert.All(waiting, task => Assert.False(task.IsCompleted));

        await guard.OnSuccessAsync(attempt, Cancellation);
        Assert.True(await await Task.WhenAny(waiting)); // one place is free, for one of them
        for (int under = 0; under < 5; under++) await guard.OnFailureAsync(attempt, Cancellation);

        Assert.Equal([false, false, true], (await Task.WhenAll(waiting)).Order());
    }

    [Fact]
    public async Task Who_waits_can_hang_up_and_only_so_many_wait()
    {
        ILoginGuard guard = NewGuard();
        LoginAttempt attempt = Attempt("fred", "192.0.2.1");
        for (int under = 0; under < 5; under++) Assert.True(await AllowsAsync(guard, attempt, Cancellation));
        using var hangUp = new CancellationTokenSource();
        Task<bool>[] waiting = [.. Enumerable.Range(0, 1024).Select(_ => AllowsAsync(guard, attempt, hangUp.Token))];

        Assert.False(await AllowsAsync(guard, attempt, Cancellation));
        await hangUp.CancelAsync();

        foreach (Task<bool> task in waiting) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await AllowsAsync(guard, attempt, hangUp.Token)); // there is room again, to wait
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-24 * 60)]
    [InlineData(-365 * 24 * 60)]
    public async Task A_clock_that_goes_back_neither_unlocks_nor_locks_for_ever(int minutes)
    {
        ILoginGuard guard = NewGuard();
        await FailAsync(guard, "fred", "192.0.2.1", 5);
        _clock.AdjustTime(_clock.GetUtcNow().AddMinutes(minutes));
        Assert.False(await FailAsync(guard, "fred", "192.0.2.1"));
        _clock.Advance(_lockout);
        Assert.True(await FailAsync(guard, "fred", "192.0.2.1"));
    }

    [Property(MaxTest = 3)]
    public Property A_locked_account_survives_a_flood_of_others_even_of_those_with_more_failures() => Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), async seed =>
    {
        ILoginGuard guard = NewGuard(1024);
        await FailAsync(guard, "fred", "192.0.2.1", 5);
        for (int flood = 0; flood < 9600; flood++) await FailAsync(guard, $"user{seed + flood}", $"2001:db8:{flood / 6:x}::1"); // 1,600 networks with 6 failures each
        Assert.False(await FailAsync(guard, "fred", "192.0.2.1"));
    });

    [Property(MaxTest = 2)]
    public Property No_more_is_remembered_than_there_is_room_for() => Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), async seed =>
    {
        ILoginGuard guard = NewGuard(1024);
        for (int flood = 0; flood < 2000; flood++) await FailAsync(guard, $"user{seed + flood}", $"2001:db8:{flood:x}::1", 4);

        int remembered = 0;
        for (int flood = 0; flood < 2000; flood++) remembered += await FailAsync(guard, $"user{seed + flood}", $"2001:db8:{flood:x}::1", 2) == 1 ? 1 : 0;
        Assert.InRange(remembered, 1, 1024);
    });

    [Property]
    public Property Whatever_happens_an_account_has_no_more_guesses_than_it_may()
    {
        Gen<(int What, int Minutes)[]> history = Gen.Choose(0, 2).SelectMany(what => Gen.Choose(0, 3).Select(minutes => (what, minutes))).ArrayOf(80);
        return Prop.ForAll(history.ToArbitrary(), async events =>
        {
            ILoginGuard guard = NewGuard();
            var failures = new Queue<DateTimeOffset>();
            foreach ((int what, int minutes) in events)
            {
                _clock.Advance(TimeSpan.FromMinutes(minutes));
                LoginAttempt attempt = Attempt("fred", "192.0.2.1");
                if (what == 2)
                {
                    if (await AllowsAsync(guard, attempt, Cancellation)) await guard.OnAbandonedAsync(attempt, Cancellation);
                }
                else if (await FailAsync(guard, "fred", "192.0.2.1"))
                {
                    failures.Enqueue(_clock.GetUtcNow());
                }

                while (failures.TryPeek(out DateTimeOffset first) && _clock.GetUtcNow() - first >= _lockout) failures.Dequeue();
                Assert.InRange(failures.Count, 0, 9); // four at the end of one time, five at the beginning of the next
            }
        });
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ILoginGuard NewGuard(int capacity = 65_536)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddAuthentication().AddBasic("Basic");
        services.Configure<LoginGuardOptions>(options => options.Capacity = capacity);
        return services.BuildServiceProvider().GetRequiredService<ILoginGuard>();
    }

    private static LoginAttempt Attempt(string userName, string? address) => new(userName, address is null ? null : IPAddress.Parse(address), "Basic");

    private static async Task<bool> AllowsAsync(ILoginGuard guard, LoginAttempt attempt, CancellationToken cancellationToken) =>
        await guard.PermitAsync(attempt, cancellationToken) == LoginVerdict.Allowed;

    private static async Task<bool> FailAsync(ILoginGuard guard, string userName, string? address) => await FailAsync(guard, userName, address, 1) == 1;

    /// <summary>Fails so many times; says how many were allowed.</summary>
    private static async Task<int> FailAsync(ILoginGuard guard, string userName, string? address, int times)
    {
        int allowed = 0;
        for (int time = 0; time < times; time++)
        {
            LoginAttempt attempt = Attempt(userName, address);
            LoginVerdict permission = await guard.PermitAsync(attempt, Cancellation);
            if (permission != LoginVerdict.Refused) await guard.OnFailureAsync(attempt, Cancellation);
            if (permission == LoginVerdict.Allowed) allowed++;
        }

        return allowed;
    }

    private static async Task SucceedAsync(ILoginGuard guard, string userName, string address)
    {
        LoginAttempt attempt = Attempt(userName, address);
        Assert.True(await AllowsAsync(guard, attempt, Cancellation));
        await guard.OnSuccessAsync(attempt, Cancellation);
    }
}
