using System.Runtime.Versioning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace TrustedApps.AspNetCore.Tests.Startup;

public sealed class TrustedAppsStartupTests
{
    [Fact]
    public async Task A_safe_configuration_starts_in_silence()
    {
        using var file = new TestKeyFile(TestKeys.Blog);
        await using KestrelServer server = await TestProvider.StartAsync(options => options.Keys = file.Path);

        Assert.Empty(server.Logs.Ours);
    }

    [Fact]
    public async Task A_provider_without_a_user_resolver_does_not_start()
    {
        InvalidOperationException stopped = await Assert.ThrowsAsync<InvalidOperationException>(
            () => TestProvider.StartAsync(services: services => services.RemoveAll<IUserResolver>()));

        Assert.Equal(
            "Scheme 'TrustedApps': no IUserResolver is registered, or its factory returned null, so every name that a trusted application sends would be a user. Register the class that finds this application's users: services.AddScoped<IUserResolver, ...>(). If every name is wanted, name that: services.AddSingleton(UserResolvers.Everyone).",
            stopped.Message);
        await using KestrelServer keyed = await TestProvider.StartAsync(services: services => services
            .RemoveAll<IUserResolver>().AddKeyedSingleton(TrustedAppsDefaults.AuthenticationScheme, UserResolvers.Everyone));
    }

    [Fact]
    public async Task A_factory_that_returns_null_is_no_resolver()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => TestProvider.StartAsync(services: services =>
            services.RemoveAll<IUserResolver>().AddScoped<IUserResolver>(_ => null!)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => TestProvider.StartAsync(services: services =>
            services.AddKeyedScoped<IUserResolver>(TrustedAppsDefaults.AuthenticationScheme, (_, _) => null!)));
    }

    [Fact]
    public async Task A_factory_that_returns_null_later_makes_no_name_a_user()
    {
        bool isThere = true;
        await using KestrelServer server = await TestProvider.StartAsync(
            options => options.Applications.Add(TestProvider.Trust(TestKeys.Wiki)),
            services => services.RemoveAll<IUserResolver>().AddScoped(_ => isThere ? UserResolvers.Everyone : null!));
        isThere = false;

        Assert.Equal("UNAVAILABLE", (await server.Request("/open").SendAsync()).Code);
        Assert.Contains(server.Logs.Lines, line => line.Event.Name == "UserResolverFailed");
    }

    [Fact]
    public async Task Denied_users_of_a_trust_that_no_start_can_list_are_warned_of_at_its_first_request()
    {
        TrustedApplication trust = new("wiki", TestKeys.Wiki.PublicKey, new TrustConditions { Addresses = ["*"], Urls = ["*"], DenyUsers = ["admin"] });
        await using KestrelServer server = await TestProvider.StartAsync(options => options.Applications.Add(TestProvider.Trust(TestKeys.Blog)), services => services
            .RemoveAll<IUserResolver>().AddScoped(_ => UserResolvers.Everyone)
            .AddKeyedSingleton<ITrustStore>(TrustedAppsDefaults.AuthenticationScheme, new UnlistedStore(trust)));
        Assert.DoesNotContain(server.Logs.Ours, line => line.Event.Name == "DeniesWithoutResolver");

        for (int request = 0; request < 2; request++) Assert.Equal("OK", (await server.Request("/open").SendAsync()).Code);

        Assert.Single(server.Logs.Ours, line => line.Event.Name == "DeniesWithoutResolver");
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(false, true, true)]
    [InlineData(true, false, false)]
    public async Task Each_start_warns_of_denied_users_whose_other_names_no_resolver_finds(bool hasResolver, bool keyed, bool warns)
    {
        await using KestrelServer server = await TestProvider.StartAsync(
            options =>
            {
                TrustedApplicationOptions trust = TestProvider.Trust(TestKeys.Wiki);
                trust.DenyUsers.Add("admin");
                options.Applications.Add(trust);
                options.Applications.Add(TestProvider.Trust(TestKeys.Blog));
            },
            services =>
            {
                if (hasResolver) services.AddSingleton(UserResolvers.List(["fred"]));
                if (keyed) services.AddKeyedSingleton(TrustedAppsDefaults.AuthenticationScheme, UserResolvers.Everyone);
            });

        LogLine[] lines = [.. server.Logs.Ours];
        Assert.Equal(warns ? ["DeniesWithoutResolver"] : [], lines.Select(line => line.Event.Name));
        Assert.All(lines, line => Assert.Contains("'wiki'", line.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(1, false)]
    public async Task A_day_in_the_past_for_older_versions_is_said_once_at_each_start(int days, bool warns)
    {
        await using KestrelServer server = await Version4.StartAsync(options => options.Applications.Add(Version4.Trust(trust => trust.Legacy = new LegacyAccessOptions
        {
            PublicKey = TestKeys.Wiki.PublicKey.ToBase64(),
            Until = DateTimeOffset.UtcNow.AddDays(days),
            Versions = { "3" },
            Addresses = { "*" },
            Urls = { "*" },
        })));

        Assert.Equal(warns ? 1 : 0, server.Logs.Ours.Count(line => line.Event.Name == "LegacyHasEnded" && line.Message.Contains("'wiki'", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_application_in_two_schemes_stops_the_start()
    {
        InvalidOperationException stopped = await Assert.ThrowsAsync<InvalidOperationException>(() => TestProvider.StartAsync(
            options => options.Applications.Add(TestProvider.Trust(TestKeys.Wiki)),
            services => services.AddAuthentication().AddTrustedApps("Other", options =>
            {
                options.Applications.Add(TestProvider.Trust(TestKeys.Wiki));
                options.BaseUrls.Add("http://localhost:5000");
            })));

        Assert.Equal("The application 'wiki' is trusted by the schemes 'TrustedApps' and 'Other'. Trust an application in one scheme only: give one trust all the versions and conditions that it needs.", stopped.Message);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task Each_start_warns_of_versions_1_and_2(string version)
    {
        for (int start = 0; start < 2; start++)
        {
            await using KestrelServer server = await TestProvider.StartAsync(options =>
            {
                options.Applications.Add(TestProvider.Trust(TestKeys.Wiki, "3", version));
                options.Applications.Add(TestProvider.Trust(TestKeys.Blog, "3"));
            });

            LogLine line = Assert.Single(server.Logs.Ours);
            Assert.Equal((LogLevel.Warning, "AcceptsForgeableVersion"), (line.Level, line.Event.Name));
            Assert.StartsWith("Scheme 'TrustedApps': the trust of 'wiki' accepts version 1 or 2.", line.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Each_start_warns_of_weak_keys()
    {
        for (int start = 0; start < 2; start++)
        {
            await using KestrelServer server = await TestProvider.StartAsync(options =>
            {
                TrustedApplicationOptions trust = TestProvider.Trust(TestKeys.Weak);
                trust.AllowWeakKeys = true;
                options.Applications.Add(trust);
            });

            LogLine line = Assert.Single(server.Logs.Ours);
            Assert.Equal((LogLevel.Warning, "AcceptsWeakKey"), (line.Level, line.Event.Name));
            Assert.Equal("Scheme 'TrustedApps': the trust of 'weak' has a weak key. The key has 1024 bits; a trust needs 2048. Ask for a new key", line.Message);
            Assert.Equal("OK", (await server.Request("/closed", keys: TestKeys.Weak).SendAsync()).Code);
        }
    }

    [Theory]
    [UnsupportedOSPlatform("windows")] // files have no mode there
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_start_warns_of_dangerous_options_wherever_trusts_come_from(bool useStore)
    {
        using var file = new TestKeyFile(TestKeys.Blog);
        File.SetUnixFileMode(file.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        await using KestrelServer server = await KestrelServer.StartAsync(
            (builder, _) =>
            {
                builder.Services.AddAuthentication().AddTrustedApps(options =>
                {
                    options.AllowForgeableVersionsOverHttp = true;
                    options.BaseUrls.Add("http://tracker.example");
                    options.Keys = file.Path;
                });
                if (useStore) builder.Services.AddKeyedSingleton<ITrustStore>(TrustedAppsDefaults.AuthenticationScheme, new NoTrusts());
            },
            _ => { });

        Assert.Equal(["AllowsForgeableOverHttp", "KeyFileIsReadable"], server.Logs.Ours.Select(line => line.Event.Name!).Order());
        Assert.Contains(server.Logs.Ours, line => line.Message.Contains(file.Path, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(899)]
    [InlineData(900)]
    public async Task A_start_warns_of_a_lifetime_of_grants_that_refuses_consumers_that_demand_proofs(int seconds)
    {
        await using KestrelServer server = await KestrelServer.StartAsync(
            (builder, _) => builder.Services.AddAuthentication().AddTrustedApps(options =>
            {
                options.BaseUrls.Add("http://tracker.example");
                options.MaxGrantLifetime = TimeSpan.FromSeconds(seconds);
            }),
            _ => { });

        IEnumerable<LogLine> lines = server.Logs.Ours.Where(line => line.Event.Name == "GrantLifetimeIsShort");
        if (seconds >= 900)
        {
            Assert.Empty(lines);
            return;
        }

        LogLine line = Assert.Single(lines);
        Assert.Equal((18, LogLevel.Warning), (line.Event.Id, line.Level));
        Assert.Contains($"MaxGrantLifetime is {TimeSpan.FromSeconds(seconds)}, less than 15 minutes", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trusts_from_a_store_in_memory_are_warned_of_too()
    {
        var trusts = new InMemoryTrustStore(new TrustedApplication(
            "wiki", TestKeys.Wiki.PublicKey, new TrustConditions { Addresses = ["*"], Urls = ["*"], Versions = [ProtocolVersion.Atlassian2] }));
        await using KestrelServer server = await KestrelServer.StartAsync(
            (builder, origin) =>
            {
                builder.Services.AddAuthentication().AddTrustedApps(options => options.BaseUrls.Add(origin));
                builder.Services.AddKeyedSingleton<ITrustStore>(TrustedAppsDefaults.AuthenticationScheme, trusts);
            },
            _ => { });

        Assert.Equal("AcceptsForgeableVersion", Assert.Single(server.Logs.Ours).Event.Name);
    }

    [Fact]
    public async Task Trusts_of_options_and_of_a_store_are_both_served()
    {
        await using KestrelServer server = await TestProvider.StartAsync(services: services => services.AddKeyedSingleton<ITrustStore>(
            TrustedAppsDefaults.AuthenticationScheme, new InMemoryTrustStore(new TrustedApplication("blog", TestKeys.Blog.PublicKey, new TrustConditions { Addresses = ["*"], Urls = ["*"] }))));
        Assert.Equal("fred", (await server.GetTrustedAsync("/closed")).Body);
        Assert.Equal("fred", (await server.Request("/closed", keys: TestKeys.Blog).SendAsync()).Body);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_id_in_options_and_in_a_store_stops_the_start(bool isList)
    {
        var store = new InMemoryTrustStore(new TrustedApplication("wiki", TestKeys.Blog.PublicKey, new TrustConditions { Addresses = ["*"], Urls = ["*"] }));
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => TestProvider.StartAsync(
            services: services => services.AddKeyedSingleton<ITrustStore>(TrustedAppsDefaults.AuthenticationScheme, isList ? store : new OtherStore(store))));
        Assert.Contains("'wiki'", failure.Message, StringComparison.Ordinal);
        if (!isList) Assert.Equal("The application 'wiki' is trusted twice: by the configuration of the scheme 'TrustedApps' and by the trust store of the scheme 'TrustedApps'. Remove it from one of them, such as with 'trusted-apps trust remove wiki'.", failure.Message);
    }

    [Fact]
    public async Task A_store_that_cannot_be_loaded_stops_the_start()
    {
        var failure = await Assert.ThrowsAsync<TimeoutException>(() => TestProvider.StartAsync(
            services: services => services.AddKeyedSingleton<ITrustStore>(TrustedAppsDefaults.AuthenticationScheme, new OtherStore(new InMemoryTrustStore()) { Problem = new TimeoutException("No database.") })));
        Assert.Equal("No database.", failure.Message);
    }

    [Fact]
    public async Task A_store_is_loaded_once_before_it_is_asked_and_while_it_is_not_available_all_is_refused()
    {
        var store = new OtherStore(new InMemoryTrustStore());
        await using KestrelServer server = await TestProvider.StartAsync(services: services => services.AddKeyedSingleton<ITrustStore>(TrustedAppsDefaults.AuthenticationScheme, store));
        Assert.Equal(1, store.Loads);
        Assert.Equal("OK", (await server.GetTrustedAsync("/closed")).Code);
        store.IsAvailable = false;
        Answer refused = await server.GetTrustedAsync("/closed"); // though its trust is in configuration
        Assert.Equal((503, "UNAVAILABLE"), (refused.Status, refused.Code));
        store.IsAvailable = true;
        Assert.Equal("OK", (await server.GetTrustedAsync("/closed")).Code);
    }

    [Fact]
    public async Task A_missing_key_file_stops_the_start()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            TestProvider.StartAsync(options => (options.Id, options.Keys) = ("tracker", "/nowhere/keys.json")));

        Assert.Equal(
            "Scheme 'TrustedApps': the key file Keys = '/nowhere/keys.json' does not exist. If the application has a key file, name its path: relative paths begin at the content root. For a new application only, make one with 'trusted-apps keys new --id tracker --out /nowhere/keys.json': other applications do not trust new keys.",
            failure.Message);
    }

    [Fact]
    public async Task An_id_other_than_the_key_file_s_stops_the_start()
    {
        using var file = new TestKeyFile(TestKeys.Blog);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            TestProvider.StartAsync(options => (options.Id, options.Keys) = ("tracker", file.Path)));

        Assert.Equal(
            $"Scheme 'TrustedApps': Id is 'tracker', but the key file '{file.Path}' belongs to 'blog'. Name the right file, or change Id.",
            failure.Message);
    }

    [Fact]
    public async Task A_key_file_that_is_none_stops_the_start_without_repeating_it()
    {
        using var file = new TestKeyFile(TestKeys.Blog);
        await File.WriteAllTextAsync(file.Path, """{"id":"blog","keys":[{"kty":"RSA","use":"legacy","d":"c2VjcmV0"}""", TestContext.Current.CancellationToken);

        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => TestProvider.StartAsync(options => options.Keys = file.Path));

        Assert.Contains(file.Path, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", failure.ToString(), StringComparison.Ordinal);
    }

    private sealed class NoTrusts : ITrustStore
    {
        public TrustedApplication? Find(string applicationId) => null;
    }

    private sealed class OtherStore(InMemoryTrustStore trusts) : ITrustStore
    {
        public Exception? Problem { get; init; }

        public int Loads { get; private set; }

        public bool IsAvailable { get; set; } = true;

        public TrustedApplication? Find(string applicationId) => Loads > 0 ? trusts.Find(applicationId) : throw new InvalidOperationException("It was not loaded.");

        public Task LoadAsync(CancellationToken cancellationToken)
        {
            Loads++;
            return Problem is null ? Task.CompletedTask : Task.FromException(Problem);
        }
    }
}
