using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Keys;
using TrustedApps.Replay;

namespace TrustedApps.AspNetCore.Tests;

public sealed class TrustedAppsExtensionsTests
{
    [Fact]
    public async Task Without_a_resolver_every_name_is_a_user()
    {
        await using KestrelServer server = await TestProvider.StartAsync();

        Assert.Equal("any body", (await server.Request("/closed", "any body").SendAsync()).Body);
    }

    [Fact]
    public async Task An_unknown_user_and_one_who_may_not_log_in_are_kept_apart()
    {
        await using KestrelServer server = await TestProvider.StartAsync(
            options => options.Applications.Add(TestProvider.Trust(TestKeys.Wiki, "3", "warwick")),
            services => services.AddSingleton(UserResolvers.List(["fred"], denied: ["wilma"])));

        Answer known = await server.Request("/closed", "fred").SendAsync();
        Answer unknown = await server.Request("/closed", "nobody").SendAsync();
        Answer denied = await server.Request("/closed", "wilma").SendAsync();
        Answer deniedInWarwick = await server.Request("/closed", "wilma", ProtocolVersion.Warwick).SendAsync();

        Assert.Equal((200, "OK"), (known.Status, known.Code));
        Assert.Equal((401, "USER_UNKNOWN;\tUnknown user: {0};\t[\"nobody\"]"), (unknown.Status, unknown["X-Seraph-Trusted-App-Error"]));
        Assert.Equal((401, "PERMISSION_DENIED;\tPermission denied;\t[]"), (denied.Status, denied["X-Seraph-Trusted-App-Error"]));
        Assert.Equal((401, "USER_DISABLED"), (deniedInWarwick.Status, deniedInWarwick["X-Trusted-App-Error-Code"]));
    }

    [Fact]
    public async Task A_resolver_comes_from_the_scope_of_its_request()
    {
        await using KestrelServer server = await TestProvider.StartAsync(
            services: services => services.AddScoped<Database>().AddScoped<IUserResolver, DatabaseResolver>(),
            map: app => app.Map("/same", (HttpContext context, Database database) => $"{context.User.Identity!.Name} {database.Id}"));

        string first = (await server.GetTrustedAsync("/same")).Body;
        string second = (await server.GetTrustedAsync("/same")).Body;

        AssertSameDatabase(first);
        AssertSameDatabase(second);
        Assert.NotEqual(first, second);

        static void AssertSameDatabase(string body)
        {
            string[] ids = body.Split(' ');
            Assert.Equal(ids[0], ids[1]);
        }
    }

    [Fact]
    public async Task A_resolver_is_told_the_name_and_the_application_and_only_of_verified_requests()
    {
        var resolver = new Recorder();
        await using KestrelServer server = await TestProvider.StartAsync(services: services => services.AddSingleton<IUserResolver>(resolver));

        await server.Request("/open", "ann").SendAsync();
        await server.Request("/open", "bob").With("X-Seraph-Trusted-App-Signature", "AAAA").SendAsync();
        await server.Request("/open", "cid", method: HttpMethod.Delete).SendAsync();

        Assert.Equal(["ann of wiki"], resolver.Asked);
    }

    [Fact]
    public async Task A_resolver_keyed_by_the_scheme_goes_before_one_for_all()
    {
        await using KestrelServer server = await StartTwoSchemesAsync(services =>
        {
            services.AddSingleton(UserResolvers.List(["fred"]));
            services.AddKeyedSingleton("Partners", UserResolvers.List(["ann"]));
        });

        Assert.Equal("OK", (await server.Request("/staff", "fred").SendAsync()).Code);
        Assert.Equal("USER_UNKNOWN", (await server.Request("/staff", "ann").SendAsync()).Code);
        Assert.Equal("OK", (await server.Request("/partners", "ann", keys: TestKeys.Blog).SendAsync()).Code);
        Assert.Equal("USER_UNKNOWN", (await server.Request("/partners", "fred", keys: TestKeys.Blog).SendAsync()).Code);
    }

    [Fact]
    public async Task Two_schemes_have_trusts_of_their_own()
    {
        await using KestrelServer server = await StartTwoSchemesAsync();

        Answer staff = await server.Request("/staff").SendAsync();
        Answer stranger = await server.Request("/staff", keys: TestKeys.Blog).SendAsync();
        Answer partner = await server.Request("/partners", keys: TestKeys.Blog).SendAsync();
        Answer wrongDoor = await server.Request("/partners").SendAsync();

        Assert.Equal((200, "Staff", "OK"), (staff.Status, staff.Body, staff.Code));
        Assert.Equal((401, "APP_UNKNOWN"), (stranger.Status, stranger.Code));
        Assert.Equal((200, "Partners", "OK"), (partner.Status, partner.Body, partner.Code));
        Assert.Equal((401, "APP_UNKNOWN"), (wrongDoor.Status, wrongDoor.Code));
    }

    [Theory]
    [InlineData("/either")]
    [InlineData("/other-way-round")]
    public async Task A_request_that_one_of_two_schemes_accepts_is_not_told_of_the_other_s_refusal(string path)
    {
        await using KestrelServer server = await StartTwoSchemesAsync();

        foreach (ApplicationKeys keys in new[] { TestKeys.Wiki, TestKeys.Blog })
        {
            Answer answer = await server.Request(path, keys: keys).SendAsync();

            Assert.Equal((200, "OK", null), (answer.Status, answer.Code, answer["X-Seraph-Trusted-App-Error"]));
        }
    }

    [Fact]
    public async Task A_request_that_the_asked_scheme_refuses_is_told_so_though_the_default_one_accepted_it()
    {
        await using KestrelServer server = await StartTwoSchemesAsync(defaultScheme: "Staff");

        Answer refused = await server.Request("/partners").SendAsync();
        Answer accepted = await server.Request("/partners", keys: TestKeys.Blog).SendAsync();

        Assert.Equal((401, "APP_UNKNOWN", "TrustedApp error=\"APP_UNKNOWN\""), (refused.Status, refused.Code, refused["WWW-Authenticate"]));
        Assert.Equal((200, "OK", null), (accepted.Status, accepted.Code, accepted["X-Seraph-Trusted-App-Error"]));
    }

    [Fact]
    public async Task Two_schemes_that_both_refuse_both_give_their_reason()
    {
        await using KestrelServer server = await StartTwoSchemesAsync();

        Answer answer = await server.Request("/either", keys: TestKeys.Weak).SendAsync();

        Assert.Equal(401, answer.Status);
        Assert.Equal("TrustedApp error=\"APP_UNKNOWN\", TrustedApp error=\"APP_UNKNOWN\"", answer["WWW-Authenticate"]);
    }

    [Fact]
    public async Task Of_two_schemes_that_refuse_outright_each_lets_through_what_the_other_accepts()
    {
        await using KestrelServer server = await StartTwoSchemesAsync(refuseOutright: true);

        Assert.Equal((200, "OK"), await StatusAndCode(TestKeys.Wiki, "/staff"));
        Assert.Equal((200, "OK"), await StatusAndCode(TestKeys.Blog, "/partners"));
        Assert.Equal((401, "APP_UNKNOWN"), await StatusAndCode(TestKeys.Weak, "/open"));

        async Task<(int, string?)> StatusAndCode(ApplicationKeys keys, string path)
        {
            Answer answer = await server.Request(path, keys: keys).SendAsync();
            return (answer.Status, answer.Code);
        }
    }

    [Fact]
    public async Task Trusts_may_come_from_a_store_of_the_scheme_and_change_while_it_runs()
    {
        var trusts = new InMemoryTrustStore();
        await using KestrelServer server = await KestrelServer.StartAsync(
            (builder, origin) =>
            {
                builder.Services.AddAuthorization();
                builder.Services.AddAuthentication().AddTrustedApps(options => options.BaseUrls.Add(origin));
                builder.Services.AddKeyedSingleton<ITrustStore>(TrustedAppsDefaults.AuthenticationScheme, trusts);
            },
            TestProvider.MapWho);

        string? before = (await server.GetTrustedAsync("/closed")).Code;
        trusts.TryAdd(new TrustedApplication("wiki", TestKeys.Wiki.PublicKey, new TrustConditions { Addresses = ["*"], Urls = ["*"] }));
        string? after = (await server.GetTrustedAsync("/closed")).Code;
        trusts.Remove("wiki");
        string? removed = (await server.GetTrustedAsync("/closed")).Code;

        Assert.Equal(("APP_UNKNOWN", "OK", "APP_UNKNOWN"), (before, after, removed));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    [InlineData(60)]
    public async Task What_was_seen_is_kept_in_this_process_from_its_start_by_the_clock_of_the_host(int skew)
    {
        var clock = new ManualTimeProvider();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock).AddAuthentication().AddTrustedApps(options =>
        {
            options.BaseUrls.Add("https://tracker.example");
            options.ClockSkew = TimeSpan.FromSeconds(skew);
        });
        await using ServiceProvider built = services.BuildServiceProvider();
        IReplayCache store = built.GetRequiredService<IReplayCache>();

        Assert.IsType<InMemoryReplayCache>(store);
        Assert.Equal((ReplayStatus.Starting, ReplayStatus.First), (await Ask(skew), await Ask(skew + 1))); // seconds ahead

        async Task<ReplayStatus> Ask(int ahead)
        {
            long issuedAt = clock.GetUtcNow().AddSeconds(ahead).ToUnixTimeMilliseconds();
            ReplayEntry record = ReplayEntry.Once("wiki", 1, issuedAt, issuedAt + 90_000, issuedAt);
            return (await store.TryAddAsync(record, TestContext.Current.CancellationToken)).Status;
        }
    }

    [Fact]
    public async Task Or_in_a_store_of_the_hosts_own()
    {
        await using KestrelServer server = await TestProvider.StartAsync(
            options =>
            {
                TrustedApplicationOptions trust = TestProvider.Trust(TestKeys.Wiki);
                trust.RefuseReplays = true;
                options.Applications.Add(trust);
            },
            services => services.AddSingleton<IReplayCache, SilentStore>());

        Answer answer = await server.GetTrustedAsync("/closed");

        Assert.Equal((503, "UNAVAILABLE"), (answer.Status, answer.Code));
    }

    private static Task<KestrelServer> StartTwoSchemesAsync(
        Action<IServiceCollection>? services = null, string? defaultScheme = null, bool refuseOutright = false) => KestrelServer.StartAsync(
            (builder, origin) =>
            {
                builder.Services.AddAuthorization();
                builder.Services.AddAuthentication(options => (options.DefaultScheme, options.DefaultChallengeScheme) = (defaultScheme, "Staff"))
                    .AddTrustedApps("Staff", options => Trust(options, TestKeys.Wiki))
                    .AddTrustedApps("Partners", options => Trust(options, TestKeys.Blog));
                services?.Invoke(builder.Services);

                void Trust(TrustedAppsOptions options, ApplicationKeys keys)
                {
                    options.BaseUrls.Add(origin);
                    options.Applications.Add(TestProvider.Trust(keys));
                    options.RejectOutright = refuseOutright;
                }
            },
            app =>
            {
                Map("/staff", "Staff");
                Map("/partners", "Partners");
                Map("/either", "Staff", "Partners");
                Map("/other-way-round", "Partners", "Staff");
                app.Map("/open", TestProvider.Who);

                void Map(string path, params string[] schemes) => app.Map(path, (HttpContext context) => context.User.Identity!.AuthenticationType)
                    .RequireAuthorization(policy => policy.AddAuthenticationSchemes(schemes).RequireAuthenticatedUser());
            });

    private sealed class Database
    {
        public Guid Id { get; } = Guid.NewGuid();
    }

    private sealed class DatabaseResolver(Database database) : IUserResolver
    {
        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken) =>
            new(UserResolution.Known(database.Id.ToString()));
    }

    private sealed class Recorder : IUserResolver
    {
        public List<string> Asked { get; } = [];

        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken)
        {
            Asked.Add($"{name} of {origin}");
            return new(UserResolution.Known(name));
        }
    }

    private sealed class SilentStore : IReplayCache
    {
        public ValueTask<ReplayResult> TryAddAsync(ReplayEntry record, CancellationToken cancellationToken) =>
            new(new ReplayResult(ReplayStatus.Unavailable));
    }
}
