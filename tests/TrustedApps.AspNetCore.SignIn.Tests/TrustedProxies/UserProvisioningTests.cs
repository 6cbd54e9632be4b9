using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;

namespace TrustedApps.AspNetCore.SignIn.Tests.TrustedProxies;

public sealed class UserProvisioningTests
{
    private readonly Store _store = new();

    [Fact]
    public async Task Whoever_is_new_is_made_once_with_attributes_or_their_defaults()
    {
        await using KestrelServer server = await StartAsync(new Provisioner(_store));

        Assert.Equal("new", (await server.SendAsync("/closed", "X-User: EX\\new", "X-Mail: new@example")).Body);
        Assert.Equal("new", (await server.SendAsync("/closed", "X-User: EX\\new", "X-Mail: new@example")).Body);

        TrustedProxyUser made = Assert.Single(_store.Made);
        Assert.Equal(("new", "Proxy", "mail=new@example first=first_name"), (made.Name, made.Scheme, string.Join(' ', made.Attributes.Select(claim => $"{claim.Type}={claim.Value}"))));
        Assert.Equal("'Proxy' provisioned user 'new'", Assert.Single(server.Logs.Lines, line => line.Event.Id == 24).Message);
    }

    [Fact]
    public async Task Who_is_known_or_denied_is_not_made()
    {
        _store.Users["fred"] = UserResolution.Known("fred");
        _store.Users["dan"] = UserResolution.Denied;
        await using KestrelServer server = await StartAsync(new Provisioner(_store));

        Assert.Equal("fred", (await server.SendAsync("/closed", "X-User: fred")).Body);
        Assert.Equal(403, (await server.SendAsync("/closed", "X-User: dan")).Status);
        Assert.Empty(_store.Made);
    }

    [Fact]
    public async Task What_the_line_says_of_a_new_user_stays_one_line()
    {
        await using KestrelServer server = await StartAsync(new Provisioner(_store));

        await server.SendAsync("/closed", "X-User: new\u202Eresu");

        Assert.Equal("'Proxy' provisioned user 'new?resu'", Assert.Single(server.Logs.Lines, line => line.Event.Id == 24).Message);
    }

    [Theory]
    [InlineData(false, "USER_UNKNOWN. 'new' is known to the trusted proxy and unknown here")]
    [InlineData(true, "PERMISSION_DENIED. 'new' may not log in")]
    public async Task A_provisioner_can_say_no(bool isDenied, string line)
    {
        await using KestrelServer server = await StartAsync(new Provisioner(_store, _ => Task.FromResult(isDenied ? UserResolution.Denied : UserResolution.Unknown)));

        Assert.Equal(403, (await server.SendAsync("/closed", "X-User: new")).Status);
        Assert.Contains(line, Assert.Single(server.Refusals()), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Logs.Lines, line => line.Event.Id == 24);
    }

    [Fact]
    public async Task The_provisioner_of_the_scheme_goes_before_that_of_all()
    {
        await using KestrelServer server = await StartAsync(
            new Provisioner(_store, _ => throw new InvalidOperationException("not me")), services => services.AddKeyedSingleton<IUserProvisioner>("Proxy", new Provisioner(_store)));

        Assert.Equal("new", (await server.SendAsync("/closed", "X-User: new")).Body);
    }

    [Fact]
    public async Task Many_first_requests_make_one_user()
    {
        await using KestrelServer server = await StartAsync(new Provisioner(_store, async user =>
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            return UserResolution.Known(user.Name);
        }));

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => server.SendAsync("/closed", "X-User: new")));

        Assert.All(answers, answer => Assert.Equal((200, "new"), (answer.Status, answer.Body)));
        Assert.Single(_store.Made);
    }

    [Fact]
    public async Task Who_was_unknown_a_moment_ago_and_is_not_any_more_is_not_made_again()
    {
        // As when the first request's answer falls between the question and the making of the second.
        _store.UnknownFor = 1;
        _store.Users["new"] = UserResolution.Known("new");
        await using KestrelServer server = await StartAsync(new Provisioner(_store));

        Assert.Equal("new", (await server.SendAsync("/closed", "X-User: new")).Body);
        Assert.Empty(_store.Made);
    }

    [Fact]
    public async Task After_an_exception_the_user_is_not_available_and_the_next_request_tries_again()
    {
        bool fails = true;
        await using KestrelServer server = await StartAsync(new Provisioner(_store, user =>
            fails ? throw new InvalidOperationException("directory away") : Task.FromResult(UserResolution.Known(user.Name))));

        Answer closed = await server.SendAsync("/closed", "X-User: new");
        Answer open = await server.SendAsync("/open", "X-User: new");
        Assert.Equal((503, "5"), (closed.Status, closed["Retry-After"]));
        Assert.Equal((200, "anonymous"), (open.Status, open.Body));
        Assert.Equal(2, server.Logs.Lines.Count(line => line.Event.Name == "UserLookupFailed"));
        fails = false;
        Assert.Equal("new", (await server.SendAsync("/closed", "X-User: new")).Body);
    }

    [Fact]
    public async Task Whoever_asked_first_may_go_and_the_others_get_their_user()
    {
        var gate = new Gate();
        var aborted = new TaskCompletionSource();
        CancellationToken given = default;
        await using KestrelServer server = await StartAsync(
            new Provisioner(_store, async (user, cancellationToken) =>
            {
                given = cancellationToken;
                await gate.PassAsync();
                return UserResolution.Known(user.Name);
            }),
            map: app =>
            {
                app.Use((context, next) =>
                {
                    if (context.Request.Path == "/open/first") context.RequestAborted.Register(aborted.SetResult);
                    return next(context);
                });
                app.UseRouting();
                app.UseAuthentication();
                app.UseAuthorization();
            });

        using (var first = new TcpClient())
        {
            await first.ConnectAsync(server.EndPoint, TestContext.Current.CancellationToken);
            await first.GetStream().WriteAsync(Encoding.ASCII.GetBytes(RawHttp.Request("GET /open/first", "x", [new("X-User", "new")])), TestContext.Current.CancellationToken);
            await gate.Entered;
        }

        Task<Answer> second = server.SendAsync("/closed", "X-User: new");
        await WithinAsync(aborted.Task);
        gate.Open();

        Assert.Equal("new", (await second).Body);
        Assert.False(given.IsCancellationRequested);
        Assert.Single(_store.Made);
    }

    [Fact]
    public async Task Only_the_end_of_the_application_ends_it()
    {
        var cancelled = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        await using KestrelServer server = await StartAsync(new Provisioner(_store, async (_, cancellationToken) =>
        {
            cancellationToken.Register(cancelled.SetResult);
            entered.SetResult();
            await cancelled.Task;
            cancellationToken.ThrowIfCancellationRequested();
            return UserResolution.Unknown;
        }));

        Task<Answer> request = server.SendAsync("/closed", "X-User: new");
        await WithinAsync(entered.Task);
        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        await WithinAsync(cancelled.Task);
        await Record.ExceptionAsync(() => WithinAsync(request));
    }

    [Fact]
    public async Task Two_users_do_not_wait_for_each_other()
    {
        var gate = new Gate();
        await using KestrelServer server = await StartAsync(new Provisioner(_store, async user =>
        {
            if (user.Name == "slow") await gate.PassAsync();
            return UserResolution.Known(user.Name);
        }));

        Task<Answer> slow = server.SendAsync("/closed", "X-User: slow");
        await gate.Entered;
        Answer quick = await server.SendAsync("/closed", "X-User: quick");
        bool wasWaiting = !slow.IsCompleted;
        gate.Open();

        Assert.Equal(("quick", true, "slow"), (quick.Body, wasWaiting, (await slow).Body));
    }

    [Fact]
    public async Task It_runs_in_a_scope_of_its_own_that_ends_with_it()
    {
        var scopes = new ConcurrentQueue<Scope>();
        await using KestrelServer server = await StartAsync(
            services: services => services.AddSingleton(scopes).AddSingleton(_store).AddScoped<Scope>().AddScoped<IUserProvisioner, ScopedProvisioner>(),
            map: app => app.MapGet("/scope", (HttpContext context, Scope scope) => $"{context.User.Identity?.Name} {scopes.Contains(scope)}"));

        Assert.Equal("new False", (await server.SendAsync("/scope", "X-User: new")).Body);
        Assert.True(Assert.Single(scopes).IsDisposed);
    }

    private Task<KestrelServer> StartAsync(IUserProvisioner? provisioner = null, Action<IServiceCollection>? services = null, Action<WebApplication>? map = null) => ProxyServer.StartAsync(
        options =>
        {
            options.Rewrites.Add(new UserNameTransform { Prefix = "EX\\" });
            options.Attributes.Add(new ClaimMapping { Name = "X-Mail", ClaimType = "mail" });
            options.Attributes.Add(new ClaimMapping { Name = "X-First", ClaimType = "first", Default = "first_name" });
        },
        all =>
        {
            if (provisioner is not null) all.AddSingleton(provisioner);
            services?.Invoke(all);
        },
        map,
        _store);

    private static Task WithinAsync(Task task) => task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    /// <summary>Users, and who was made.</summary>
    private sealed class Store : IUserResolver
    {
        private int _asked;

        public ConcurrentDictionary<string, UserResolution> Users { get; } = new();

        public ConcurrentQueue<TrustedProxyUser> Made { get; } = new();

        public int UnknownFor { get; set; }

        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken) =>
            new(Interlocked.Increment(ref _asked) > UnknownFor ? Users.GetValueOrDefault(name) : UserResolution.Unknown);
    }

    private sealed class Provisioner(Store store, Func<TrustedProxyUser, CancellationToken, Task<UserResolution>> make) : IUserProvisioner
    {
        public Provisioner(Store store, Func<TrustedProxyUser, Task<UserResolution>>? make = null)
            : this(store, (user, _) => make is null ? Task.FromResult(UserResolution.Known(user.Name)) : make(user))
        {
        }

        public async ValueTask<UserResolution> ProvisionAsync(TrustedProxyUser user, CancellationToken cancellationToken)
        {
            UserResolution made = await make(user, cancellationToken);
            store.Made.Enqueue(user);
            if (made.Status == UserStatus.Known) store.Users[user.Name] = made;
            return made;
        }
    }

    private sealed class ScopedProvisioner(Scope scope, ConcurrentQueue<Scope> scopes) : IUserProvisioner
    {
        public async ValueTask<UserResolution> ProvisionAsync(TrustedProxyUser user, CancellationToken cancellationToken)
        {
            await Task.Yield();
            Assert.False(scope.IsDisposed);
            scopes.Enqueue(scope);
            return UserResolution.Known(user.Name);
        }
    }

    private sealed class Scope : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class Gate
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Entered => WithinAsync(_entered.Task);

        public void Open() => _open.SetResult();

        public Task PassAsync()
        {
            _entered.TrySetResult();
            return WithinAsync(_open.Task);
        }
    }
}
