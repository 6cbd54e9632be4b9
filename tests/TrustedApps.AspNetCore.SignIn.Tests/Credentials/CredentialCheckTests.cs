using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.SignIn.Credentials;

namespace TrustedApps.AspNetCore.SignIn.Tests.Credentials;

public sealed class CredentialCheckTests
{
    [Fact]
    public async Task The_guard_is_asked_before_and_told_after()
    {
        var guard = new OpenGuard();
        await using KestrelServer server = await StartAsync(new Accounts(), guard);

        await server.GetBasicAsync("fred", "secret");
        await server.GetBasicAsync("fred", "guess");

        Assert.Equal(["asked", "success", "asked", "failure"], guard.Told.Select(told => told.Event));
        Assert.All(guard.Told, told => Assert.Equal(new LoginAttempt("fred", IPAddress.Loopback, "Basic"), told.Attempt));
    }

    [Fact]
    public async Task Who_is_locked_out_is_refused_and_no_password_is_looked_at()
    {
        var accounts = new Accounts();
        await using KestrelServer server = await StartAsync(accounts, new OpenGuard { Permission = LoginVerdict.Refused });

        Assert.Equal(401, (await server.GetBasicAsync("fred", "secret", "/closed")).Status);
        Assert.Equal(["LOCKED_OUT"], server.Codes());
        Assert.Empty(accounts.Asked);
    }

    [Fact]
    public async Task Who_is_refused_for_show_costs_a_verification_and_is_told_the_same_as_the_others()
    {
        var accounts = new Accounts { Answer = (_, _, _) => Task.FromResult(true) };
        var guard = new OpenGuard { Permission = LoginVerdict.RefusedAfterwards };
        await using KestrelServer server = await StartAsync(accounts, guard);

        Assert.Equal(401, (await server.GetBasicAsync("fred", "secret", "/closed")).Status);
        Assert.Equal(["LOCKED_OUT"], server.Codes());
        Assert.DoesNotContain("secret", Assert.Single(accounts.Asked).ToString(), StringComparison.Ordinal);
        Assert.Equal(["asked", "failure"], guard.Told.Select(told => told.Event));
    }

    [Fact]
    public async Task Refusals_and_exceptions_that_strangers_repeat_are_a_line_and_a_number_each_minute()
    {
        var time = new ManualTimeProvider();
        var accounts = new Accounts { Answer = (name, _, _) => name == "fred" ? Task.FromResult(false) : throw new TimeoutException() };
        await using KestrelServer server = await CredentialServer.StartBasicAsync(accounts, services: services =>
        {
            services.AddSingleton<TimeProvider>(time).AddSingleton<RejectionLog>();
            services.AddSingleton<ILoginGuard>(new OpenGuard());
        });

        for (int request = 0; request < 5; request++)
        {
            await server.GetBasicAsync("fred", "guess");
            await server.GetBasicAsync("jane", "guess");
        }

        Assert.Equal(["BAD_CREDENTIALS"], server.Codes());
        Assert.Single(server.Logs.Lines, line => line.Event.Name == "UserLookupFailed");
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(
            ["4 more requests of users from 127.0.0.1 were refused by 'Basic' in the last minute: BAD_CREDENTIALS (sign-in)",
             "4 more requests of users from all addresses were refused by 'Basic' in the last minute: UserLookupFailed (sign-in)"],
            server.Logs.Lines.Where(line => line.Event.Name == "RefusedMore").Select(line => line.Message).Order());
    }

    [Theory]
    [InlineData("fred", "")] // an anonymous bind, to a directory
    [InlineData("", "secret")]
    public async Task Nothing_is_no_name_and_no_password(string userName, string password)
    {
        var accounts = new Accounts { Answer = (_, _, _) => Task.FromResult(true) };
        await using KestrelServer server = await StartAsync(accounts, new OpenGuard());

        Assert.Equal(401, (await server.GetBasicAsync(userName, password, "/closed")).Status);
        Assert.Equal(["BAD_CREDENTIALS"], server.Codes());
        Assert.Empty(accounts.Asked);
    }

    [Theory]
    [InlineData(1024, 1024, true)]
    [InlineData(1025, 1, false)]
    [InlineData(1, 1025, false)]
    public async Task What_is_too_long_is_not_looked_at_but_counts(int nameLength, int passwordLength, bool isAsked)
    {
        var accounts = new Accounts { Answer = (_, _, _) => Task.FromResult(true) };
        var guard = new OpenGuard();
        await using KestrelServer server = await StartAsync(accounts, guard);

        string name = string.Concat(Enumerable.Repeat("😀", nameLength)); // code points
        Answer answer = await server.GetBasicAsync(name, new string('x', passwordLength), "/closed");

        Assert.Equal((isAsked ? 200 : 401, isAsked ? 1 : 0), (answer.Status, accounts.Asked.Count));
        Assert.Equal(isAsked ? ["asked", "success"] : ["asked", "failure"], guard.Told.Select(told => told.Event));
        Assert.All(guard.Told, told => Assert.InRange(told.Attempt.UserName.Length, 1, 2048));
        Assert.Equal(isAsked ? [] : ["BAD_CREDENTIALS"], server.Codes());
    }

    [Fact]
    public async Task Passwords_are_measured_in_bytes()
    {
        var accounts = new Accounts();
        await using KestrelServer server = await StartAsync(accounts, new OpenGuard());
        await server.GetBasicAsync("fred", new string('€', 342)); // 1,026 bytes
        await server.GetBasicAsync("fred", new string('€', 341)); // 1,023 bytes
        Assert.Single(accounts.Asked);
    }

    [Fact]
    public async Task A_user_whom_nobody_knows_is_refused_as_if_the_password_were_wrong()
    {
        var guard = new OpenGuard();
        await using KestrelServer server = await StartAsync(new Accounts(), guard, new Directory(_ => UserResolution.Unknown));

        Assert.Equal(401, (await server.GetBasicAsync("fred", "secret", "/closed")).Status);
        Assert.Equal(["BAD_CREDENTIALS"], server.Codes());
        Assert.Equal("failure", guard.Told.Last().Event);
    }

    [Fact]
    public async Task A_user_who_may_not_log_in_is_refused_after_the_password_was_right_only()
    {
        var guard = new OpenGuard();
        await using KestrelServer server = await StartAsync(new Accounts(), guard, new Directory(_ => UserResolution.Denied));

        await server.GetBasicAsync("fred", "secret", "/closed");
        await server.GetBasicAsync("fred", "guess", "/closed");

        Assert.Equal(["PERMISSION_DENIED", "BAD_CREDENTIALS"], server.Codes());
        Assert.DoesNotContain("success", guard.Told.Select(told => told.Event));
    }

    [Fact]
    public async Task The_resolver_gives_the_canonical_name_and_is_told_the_scheme()
    {
        var directory = new Directory(name => UserResolution.Known(name.ToUpperInvariant()));
        await using KestrelServer server = await StartAsync(new Accounts(), new OpenGuard(), directory);
        Assert.Equal("FRED", (await server.GetBasicAsync("fred", "secret")).Body);
        Assert.Equal("Basic", directory.Origin);
    }

    [Fact]
    public async Task An_attempt_that_nobody_could_judge_does_not_count()
    {
        var guard = new OpenGuard();
        var accounts = new Accounts { Answer = (_, _, _) => throw new TimeoutException("The directory does not answer.") };
        await using KestrelServer server = await StartAsync(accounts, guard);

        Assert.Equal((200, "anonymous"), (await server.GetBasicAsync("fred", "secret")) is var open ? (open.Status, open.Body) : default);
        Answer closed = await server.GetBasicAsync("fred", "secret", "/closed");
        Assert.Equal((503, "5", null), (closed.Status, closed["Retry-After"], closed["WWW-Authenticate"]));
        Assert.Equal(["asked", "abandoned", "asked", "abandoned"], guard.Told.Select(told => told.Event));
        Assert.Equal(2, server.Logs.Lines.Count(line => line.Event.Name == "UserLookupFailed" && line.Exception is TimeoutException));
    }

    [Fact]
    public async Task An_attempt_counts_when_the_client_hangs_up()
    {
        var guard = new OpenGuard();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var accounts = new Accounts
        {
            Answer = async (_, _, cancellation) =>
            {
                asked.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
                return true;
            },
        };
        await using KestrelServer server = await CredentialServer.StartBasicAsync(accounts, services: services => services.AddSingleton<ILoginGuard>(guard), before: app => app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            finally
            {
                ended.SetResult();
            }
        }));

        using (var client = new TcpClient())
        {
            await client.ConnectAsync(server.EndPoint, TestContext.Current.CancellationToken);
            string request = RawHttp.Request("GET /open", "localhost", [new("Authorization", CredentialServer.Basic("fred", "secret"))]);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
            await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(["asked", "failure"], guard.Told.Select(told => told.Event));
    }

    [Fact]
    public async Task A_verifier_of_the_scheme_goes_before_one_for_all()
    {
        Accounts all = new(), own = new();
        await using KestrelServer server = await CredentialServer.StartBasicAsync(all, services: services => services.AddKeyedSingleton<ICredentialVerifier>("Basic", own));
        await server.GetBasicAsync("fred", "secret");
        Assert.Equal((0, 1), (all.Asked.Count, own.Asked.Count));
    }

    [Fact]
    public async Task No_log_and_no_answer_holds_a_password_and_a_name_is_made_fit_for_one_line()
    {
        await using KestrelServer server = await CredentialServer.StartBasicAsync(new Accounts());

        for (int guess = 0; guess < 7; guess++)
        {
            Answer answer = await server.GetBasicAsync("fr\u202Eed", "hunter2", "/closed?p=hunter2");
            Assert.DoesNotContain("hunter2", answer.Body, StringComparison.Ordinal);
        }

        string[] lines = [.. server.Logs.Ours.Select(line => $"{line.Message} {line.Exception}")];
        Assert.Equal(7, lines.Length);
        Assert.All(lines, line => Assert.Contains("fr?ed", line, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotContain("hunter2", line, StringComparison.Ordinal));
        Assert.Equal([.. Enumerable.Repeat("BAD_CREDENTIALS", 5), "LOCKED_OUT", "LOCKED_OUT"], server.Codes());
    }

    [Fact]
    public async Task A_thousand_guesses_at_once_are_no_more_than_five_and_the_right_one_among_the_rest_is_of_no_use()
    {
        var accounts = new Accounts
        {
            Answer = async (_, _, _) =>
        {
            await Task.Yield();
            return false;
        }
        };
        await using KestrelServer server = await CredentialServer.StartBasicAsync(accounts);

        await Task.WhenAll(Enumerable.Range(0, 1000).Select(guess => server.GetBasicAsync("fred", $"guess{guess}")));

        Assert.Equal(5, accounts.Asked.Count);
        accounts.Answer = (_, _, _) => Task.FromResult(true);
        Assert.Equal(401, (await server.GetBasicAsync("fred", "secret", "/closed")).Status);
    }

    [Fact]
    public async Task Many_requests_at_once_with_the_right_password_are_all_let_in()
    {
        var accounts = new Accounts
        {
            Answer = async (_, password, _) =>
        {
            await Task.Yield();
            return password == "secret";
        }
        };
        await using KestrelServer server = await CredentialServer.StartBasicAsync(accounts);

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => server.GetBasicAsync("fred", "secret", "/closed")));

        Assert.All(answers, answer => Assert.Equal("fred", answer.Body));
    }

    private static Task<KestrelServer> StartAsync(Accounts accounts, OpenGuard guard, IUserResolver? users = null) => CredentialServer.StartBasicAsync(accounts, services: services =>
    {
        services.AddSingleton<ILoginGuard>(guard);
        if (users is not null) services.AddSingleton(users);
    });

    private sealed class Directory(Func<string, UserResolution> find) : IUserResolver
    {
        public string? Origin { get; private set; }

        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken)
        {
            Origin = origin;
            return new(find(name));
        }
    }
}
