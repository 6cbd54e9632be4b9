using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.Keys;
using TrustedApps.Replay;
using static TrustedApps.AspNetCore.Tests.Reload.ReloadedTracker;

namespace TrustedApps.AspNetCore.Tests.Reload;

/// <summary>Trusts of the configuration change while the host runs.</summary>
public sealed class TrustedAppsReloadTests
{
    private static readonly JsonObject _wiki = Trust(TestKeys.Wiki);
    private static readonly JsonObject _blog = Trust(TestKeys.Blog);

    [Fact]
    public async Task Under_load_no_request_of_an_unchanged_trust_fails_and_the_others_come_and_go()
    {
        await using ReloadedTracker tracker = await StartAsync([_wiki]);
        TrustedApplication wiki = tracker.Find("wiki")!;
        var codes = new ConcurrentQueue<string?>();
        bool isDone = false;
        Task load = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!Volatile.Read(ref isDone) || codes.Count < 2000) codes.Enqueue(await tracker.CodeAsync(TestKeys.Wiki));
        })));
        try
        {
            for (int change = 0; change < 20; change++)
            {
                bool isAdded = change % 2 == 0;
                tracker.Write(isAdded ? [_blog, _wiki] : [_wiki]);
                await tracker.UntilAsync(isAdded ? "OK" : "APP_UNKNOWN", TestKeys.Blog);
            }
        }
        finally
        {
            Volatile.Write(ref isDone, true);
            await load;
        }

        Assert.InRange(codes.Count, 2000, int.MaxValue);
        Assert.All(codes, code => Assert.Equal("OK", code));
        Assert.Same(wiki, tracker.Find("wiki"));
        Assert.Equal("APP_UNKNOWN", await tracker.CodeAsync(TestKeys.Blog));
        Assert.Empty(tracker.Problems);
        LogLine first = await tracker.Server.Logs.FirstAsync("ConfigurationReloaded");
        Assert.Equal((83, LogLevel.Information), (first.Event.Id, first.Level));
        Assert.Equal("Scheme 'TrustedApps': a change of the configuration is in use. Trusts that are new or changed: 'blog'; that are removed or were changed: none", first.Message);
    }

    [Fact]
    public async Task A_changed_condition_takes_effect_and_the_other_trust_stays_the_same_instance()
    {
        await using ReloadedTracker tracker = await StartAsync([_wiki, _blog]);
        (TrustedApplication wiki, TrustedApplication blog) = (tracker.Find("wiki")!, tracker.Find("blog")!);
        Assert.Equal("OK", await tracker.CodeAsync(TestKeys.Wiki));

        tracker.Write([_blog, Trust(TestKeys.Wiki, trust => trust["Urls"] = new JsonArray("/open"))]);
        await tracker.UntilAsync("BAD_URL", TestKeys.Wiki);

        Assert.Equal("OK", await tracker.CodeAsync(TestKeys.Wiki, "/open"));
        Assert.Same(blog, tracker.Find("blog"));
        Assert.NotSame(wiki, tracker.Find("wiki"));
    }

    [Fact]
    public async Task A_change_that_is_not_valid_changes_nothing_and_is_an_error_that_names_the_setting()
    {
        await using ReloadedTracker tracker = await StartAsync([_wiki]);
        TrustedApplication wiki = tracker.Find("wiki")!;

        tracker.Write([_blog, Trust(TestKeys.Wiki, trust => trust["AllowUser"] = new JsonArray("fred"))]);
        await UntilAsync(() => tracker.Status.Problems.Count > 0, "no problem");

        Assert.Contains("Authentication:Schemes:TrustedApps:Applications:1:AllowUser is not a setting. Did you mean AllowUsers?", tracker.Status.Problems[ConfigurationReload.TrustedApplications], StringComparison.Ordinal);
        LogLine problem = Assert.Single(tracker.Problems);
        Assert.Equal((84, LogLevel.Error), (problem.Event.Id, problem.Level));
        Assert.Contains("Applications:1:AllowUser is not a setting. Did you mean AllowUsers?", problem.Message, StringComparison.Ordinal);
        Assert.Same(wiki, tracker.Find("wiki"));
        Assert.Equal(("OK", "APP_UNKNOWN"), (await tracker.CodeAsync(TestKeys.Wiki), await tracker.CodeAsync(TestKeys.Blog)));

        tracker.Write([_blog, _wiki]);
        await tracker.UntilAsync("OK", TestKeys.Blog);
        await UntilAsync(() => tracker.Status.Problems.Count == 0, "still a problem");
        Assert.Single(tracker.Server.Logs.Lines, line => line.Event.Name == "ConfigurationUsable");
    }

    [Theory]
    [InlineData("""{ "Authentication": { "Schemes": { "TrustedApps": { "Applications": [ { "Certif""", "is missing, cannot be read or has no settings any more")]
    [InlineData("", "is missing, cannot be read or has no settings any more")]
    [InlineData("{}", "is missing, cannot be read or has no settings any more")]
    [InlineData("""{ "Logging": { "Default": "Warning" } }""", "Authentication:Schemes:TrustedApps:Applications had entries and is missing now. To remove all of them, write \"Applications\": [].")]
    [InlineData("""{ "Authentication": { "Schemes": { "TrustedApps": { "ConcealTrusts": true } } } }""", "Authentication:Schemes:TrustedApps:Applications had entries and is missing now.")]
    public async Task What_was_lost_is_not_taken_for_removed(string text, string problem)
    {
        await using ReloadedTracker tracker = await StartAsync([_wiki]);

        tracker.Write(text);
        await UntilAsync(() => tracker.Status.Problems.Count > 0, "no problem");

        Assert.Contains(problem, Assert.Single(tracker.Problems).Message, StringComparison.Ordinal);
        Assert.Equal("OK", await tracker.CodeAsync(TestKeys.Wiki));
        tracker.Write([_blog]);
        await tracker.UntilAsync("OK", TestKeys.Blog);
        Assert.Equal("APP_UNKNOWN", await tracker.CodeAsync(TestKeys.Wiki));
    }

    [Fact]
    public async Task A_section_that_vanishes_changes_nothing()
    {
        await using ReloadedTracker tracker = await StartAsync(
            [_wiki],
            schemes: (authentication, configuration) => authentication.AddTrustedApps(configuration.GetSection("Authentication:Schemes:TrustedApps")).AddTrustedApps("Second", configuration.GetSection("Second")),
            before: builder => builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Second:BaseUrls:0"] = "https://tracker.example" }));
        var memory = (IConfigurationRoot)tracker.Server.Services.GetRequiredService<IConfiguration>();

        foreach (IConfigurationProvider provider in memory.Providers.Where(provider => provider.TryGet("Second:BaseUrls:0", out _)))
        {
            ((Microsoft.Extensions.Configuration.Memory.MemoryConfigurationProvider)provider).Set("Second:BaseUrls:0", null!);
        }

        tracker.Write([_wiki, _blog]);
        await UntilAsync(() => tracker.Problems.Any(), "no problem");

        Assert.Contains("Second", Assert.Single(tracker.Problems).Message, StringComparison.Ordinal);
        Assert.Equal(("OK", "APP_UNKNOWN"), (await tracker.CodeAsync(TestKeys.Wiki), await tracker.CodeAsync(TestKeys.Blog)));
    }

    [Fact]
    public async Task An_empty_list_removes_every_trust()
    {
        await using ReloadedTracker tracker = await StartAsync([_wiki]);

        tracker.Write([]);
        await tracker.UntilAsync("APP_UNKNOWN", TestKeys.Wiki);
        tracker.Write([_wiki]);
        await tracker.UntilAsync("OK", TestKeys.Wiki);

        Assert.Empty(tracker.Problems);
    }

    [Fact]
    public async Task A_file_that_is_written_in_several_steps_breaks_nothing()
    {
        await using ReloadedTracker tracker = await StartAsync([_wiki]);
        tracker.Write([_wiki, _blog]);
        await tracker.UntilAsync("OK", TestKeys.Blog);
        string whole = File.ReadAllText(tracker.SettingsFile);
        tracker.Write([_blog]);
        await tracker.UntilAsync("APP_UNKNOWN", TestKeys.Wiki);

        File.WriteAllText(tracker.SettingsFile, "");
        foreach (string[] part in whole.Chunk(whole.Length / 8).Select(part => (string[])[new string(part)]))
        {
            File.AppendAllText(tracker.SettingsFile, part[0]);
            Assert.Equal("OK", await tracker.CodeAsync(TestKeys.Blog));
        }

        // On a slow machine the editor takes longer than the second that it has, and that is reported.
        await tracker.UntilAsync("OK", TestKeys.Wiki);
        await UntilAsync(() => tracker.Status.Problems.Count == 0, "still a problem");
    }

    [Fact]
    public async Task A_file_that_is_cut_short_after_the_checks_removes_nothing()
    {
        int cuts = 0;
        bool isArmed = false;
        ReloadedTracker? started = null;
        await using ReloadedTracker tracker = await StartAsync([_wiki], before: builder => builder.Services.Configure<TrustedAppsOptions>("TrustedApps", _ =>
        {
            if (!Volatile.Read(ref isArmed) || Interlocked.Increment(ref cuts) > 1) return;
            started!.Write("""{ "Logging": { "Default": "Warning" } }"""); // before the section is bound
            ((IConfigurationRoot)started.Server.Services.GetRequiredService<IConfiguration>()).Reload();
        }));
        started = tracker;
        TrustedApplication wiki = tracker.Find("wiki")!;

        Volatile.Write(ref isArmed, true);
        tracker.Write([_wiki, _blog]);
        await UntilAsync(() => tracker.Problems.Any(), "no problem");

        Assert.True(cuts > 0);
        Assert.Contains("Applications had entries and is missing now.", Assert.Single(tracker.Problems).Message, StringComparison.Ordinal);
        Assert.Same(wiki, tracker.Find("wiki"));
        Assert.Null(tracker.Find("blog"));
        tracker.Write([_wiki, _blog]);
        await tracker.UntilAsync("OK", TestKeys.Blog);
        Assert.Same(wiki, tracker.Find("wiki"));
    }

    [Fact]
    public async Task Of_a_hundred_changes_in_a_second_the_last_is_in_use()
    {
        await using ReloadedTracker tracker = await StartAsync([_wiki]);
        TrustedApplication wiki = tracker.Find("wiki")!;
        var root = (IConfigurationRoot)tracker.Server.Services.GetRequiredService<IConfiguration>();

        for (int change = 0; change < 100; change++)
        {
            tracker.Write(change % 2 == 0 ? [_wiki] : [_wiki, _blog]);
            root.Reload();
            if (change % 10 == 0) Assert.Equal("OK", await tracker.CodeAsync(TestKeys.Wiki));
        }

        await tracker.UntilAsync("OK", TestKeys.Blog);
        Assert.Same(wiki, tracker.Find("wiki"));
    }

    [Fact]
    public async Task A_setting_that_needs_a_restart_is_named_once()
    {
        await using ReloadedTracker tracker = await StartAsync([_wiki]);

        tracker.Write([_wiki, _blog], scheme => (scheme["Name"], scheme["ClockSkew"]) = ("Tracker", "00:00:10"));
        LogLine warning = await tracker.Server.Logs.FirstAsync("SettingsNeedRestart");
        await tracker.UntilAsync("OK", TestKeys.Blog); // the rest is in use
        tracker.Write([_wiki], scheme => (scheme["Name"], scheme["ClockSkew"]) = ("Tracker", "00:00:10"));
        await tracker.UntilAsync("APP_UNKNOWN", TestKeys.Blog);

        Assert.Equal((85, LogLevel.Warning), (warning.Event.Id, warning.Level));
        Assert.Equal("Scheme 'TrustedApps': the configuration has another value of Name, ClockSkew than at the start, which takes effect at the next start only: restart this application", warning.Message);
        Assert.Single(tracker.Server.Logs.Lines, line => line.Event.Name == "SettingsNeedRestart");
    }

    [Fact]
    public async Task A_trust_that_needs_a_setting_of_the_next_start_waits_for_it()
    {
        await using ReloadedTracker tracker = await StartAsync([_wiki]);
        JsonObject forgeable = new()
        {
            ["Id"] = "old",
            ["PublicKey"] = TestKeys.Blog.PublicKey.ToBase64(),
            ["Versions"] = new JsonArray("2"),
            ["Addresses"] = new JsonArray("*"),
            ["Urls"] = new JsonArray("*"),
        };

        tracker.Write([_wiki, forgeable], scheme =>
        {
            scheme["AllowForgeableVersionsOverHttp"] = true;
            scheme["BaseUrls"] = new JsonArray("ignored"); // of memory, which comes later
        });
        await UntilAsync(() => tracker.Find("old") is not null, "not trusted"); // loopback is protected

        tracker.Write([_wiki], scheme => scheme["Id"] = "other");
        await UntilAsync(() => tracker.Server.Logs.Lines.Any(line => line.Event.Name == "SettingsNeedRestart"), "no warning");
        Assert.Equal("OK", await tracker.CodeAsync(TestKeys.Wiki));
    }

    [Fact]
    public async Task A_trust_that_is_removed_while_its_content_arrives_gets_no_answer_of_the_application()
    {
        var replays = new AnnouncingReplays();
        await using ReloadedTracker tracker = await StartAsync([_wiki, _blog], services => services.AddSingleton<IReplayCache>(replays));
        byte[] content = "amount=7500"u8.ToArray();
        AssertionHeaders headers = Version4.Issue(tracker.Server.Origin, "/closed", method: "POST", content: ContentBinding.Of(content, null));
        using var client = new TcpClient();
        await client.ConnectAsync(tracker.Server.EndPoint, TestContext.Current.CancellationToken);
        await using NetworkStream stream = client.GetStream();
        string head = RawHttp.Request("POST /closed", tracker.Server.EndPoint.ToString(), [.. headers.Enumerate(), new("Content-Length", $"{content.Length}")]);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head + "amount=750"), TestContext.Current.CancellationToken);
        await replays.Asked.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        tracker.Write([_blog]);
        await UntilAsync(() => tracker.Find("wiki") is null, "still trusted");
        await stream.WriteAsync("0"u8.ToArray(), TestContext.Current.CancellationToken);
        LogLine refused = await tracker.Server.Logs.FirstAsync("Refused");

        Assert.Equal("content.trust-removed", ((KeyValuePair<string, object?>[])refused.Scope!)[0].Value);
    }

    [Fact]
    public async Task Code_comes_after_a_changed_configuration_as_at_the_start()
    {
        int calls = 0;
        await using ReloadedTracker tracker = await StartAsync([_wiki], services => services.Configure<TrustedAppsOptions>("TrustedApps", options =>
        {
            Interlocked.Increment(ref calls);
            foreach (TrustedApplicationOptions trust in options.Applications) trust.DenyUsers.Add("root");
        }));
        TrustedApplication wiki = tracker.Find("wiki")!;

        tracker.Write([_wiki, _blog]);
        await tracker.UntilAsync("OK", TestKeys.Blog);

        Assert.Same(wiki, tracker.Find("wiki"));
        Assert.Equal(["root"], tracker.Find("blog")!.Conditions.DenyUsers);
        Assert.Equal("PERMISSION_DENIED", (await tracker.Server.Trusted("/closed", "root", keys: TestKeys.Blog).SendAsync()).Code);
        Assert.True(calls > 1);
    }

    [Fact]
    public async Task Options_of_code_alone_are_not_read_again()
    {
        int calls = 0;
        using var wiki = new TestKeyFile(TestKeys.Wiki);
        using var keys = new TestKeyFile(TestKeys.Tracker);
        await using ReloadedTracker tracker = await StartAsync([_blog], schemes: (authentication, _) => authentication.AddTrustedApps().AddTrustedApps("Code", options =>
        {
            Interlocked.Increment(ref calls);
            options.Keys = keys.Path;
            options.BaseUrls.Add("https://tracker.example");
            options.Applications.Add(Version4.Trust(trust => trust.CertificateFile = wiki.CertificatePath));
        }));
        TrustedApplication trusted = tracker.Find("wiki", "Code")!;
        int before = calls;

        tracker.Write([]);
        await tracker.UntilAsync("APP_UNKNOWN", TestKeys.Blog);

        Assert.Equal(before, calls);
        Assert.Same(trusted, tracker.Find("wiki", "Code"));
    }

    [Fact]
    public async Task Options_that_the_application_binds_itself_fail_no_request_when_they_are_not_valid()
    {
        await using ReloadedTracker tracker = await StartAsync([_wiki], schemes: (authentication, configuration) =>
        {
            authentication.AddTrustedApps(configuration.GetSection("Authentication:Schemes:TrustedApps"));
            authentication.Services.AddOptions<TrustedAppsOptions>("TrustedApps").Bind(configuration.GetSection("More"));
        });

        tracker.Write($$"""{ "Authentication": { "Schemes": { "TrustedApps": { "Applications": {{tracker.ArrayOf([_wiki, _blog]).ToJsonString()}} } } }, "More": { "ClockSkew": "10:00:00" } }""");
        await UntilAsync(() => tracker.Problems.Any(), "no problem");

        Assert.Contains("ClockSkew must be zero to 60 seconds", Assert.Single(tracker.Problems).Message, StringComparison.Ordinal);
        Assert.Equal(("OK", "APP_UNKNOWN"), (await tracker.CodeAsync(TestKeys.Wiki), await tracker.CodeAsync(TestKeys.Blog)));
        Assert.Equal(TimeSpan.FromSeconds(30), tracker.Server.Services.GetRequiredService<IOptionsMonitor<TrustedAppsOptions>>().Get("TrustedApps").ClockSkew);
    }

    [Fact]
    public async Task A_trust_that_a_store_has_already_is_not_taken_over()
    {
        var store = new InMemoryTrustStore(new TrustedApplication("blog", TestKeys.Blog.PublicKey, new TrustConditions { Addresses = ["*"], Urls = ["*"] }));
        await using ReloadedTracker tracker = await StartAsync([_wiki], services => services.AddKeyedSingleton<ITrustStore>("TrustedApps", store));

        tracker.Write([_blog]);
        await UntilAsync(() => tracker.Problems.Any(), "no problem");

        Assert.Contains("The application 'blog' is trusted twice: by the configuration of the scheme 'TrustedApps' and by the trust store of the scheme 'TrustedApps'.", Assert.Single(tracker.Problems).Message, StringComparison.Ordinal);
        Assert.Equal("OK", await tracker.CodeAsync(TestKeys.Wiki));

        store.Remove("blog");
        tracker.Write([_blog, _wiki]);
        await tracker.UntilAsync("OK", TestKeys.Blog);
    }

    [Fact]
    public async Task Two_trusts_of_one_application_are_an_error()
    {
        await using ReloadedTracker tracker = await StartAsync([_wiki]);

        tracker.Write([_wiki, Trust(TestKeys.Wiki, trust => trust["AllowSelf"] = true)]);
        await UntilAsync(() => tracker.Problems.Any(), "no problem");

        Assert.Contains("Applications:1: the application 'wiki' is there already.", Assert.Single(tracker.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trusts_move_between_schemes_in_one_change()
    {
        await using ReloadedTracker tracker = await StartAsync([_wiki, _blog], schemes: (authentication, configuration) =>
        {
            authentication.AddTrustedApps();
            authentication.AddTrustedApps("Partners", options =>
            {
                options.BaseUrls.Add("https://tracker.example");
                options.Keys = configuration["Authentication:Schemes:TrustedApps:Keys"];
            });
        });

        WriteSchemes([_wiki], [_blog]);
        await UntilAsync(() => tracker.Find("blog", "Partners") is not null, "not moved");
        Assert.Null(tracker.Find("blog"));
        WriteSchemes([_blog], [_wiki]);
        await UntilAsync(() => tracker.Find("wiki", "Partners") is not null, "not exchanged");
        Assert.NotNull(tracker.Find("blog"));
        Assert.Null(tracker.Find("wiki"));
        WriteSchemes([_blog], [_wiki, _blog]);
        await UntilAsync(() => tracker.Problems.Any(), "no problem");

        Assert.Contains("The application 'blog' is trusted by the schemes 'TrustedApps' and 'Partners'.", Assert.Single(tracker.Problems).Message, StringComparison.Ordinal);
        Assert.Null(tracker.Find("blog", "Partners"));

        void WriteSchemes(JsonObject[] one, JsonObject[] other) => tracker.Write(new JsonObject
        {
            ["Authentication"] = new JsonObject
            {
                ["Schemes"] = new JsonObject
                {
                    ["TrustedApps"] = new JsonObject { ["Applications"] = tracker.ArrayOf(one) },
                    ["Partners"] = new JsonObject { ["Applications"] = tracker.ArrayOf(other) },
                },
            },
        }.ToJsonString());
    }

    [Fact]
    public async Task A_certificate_file_that_was_replaced_is_read_again_with_the_configuration()
    {
        await using ReloadedTracker tracker = await StartAsync([_wiki]);
        ApplicationKeys renewed = ThrowAwayKeys.Of("wiki", 7);
        File.WriteAllBytes(tracker.PathOf("wiki.certificate"), renewed.ToCertificate().ToBytes());

        tracker.Write([_wiki, _blog]);
        await tracker.UntilAsync("OK", TestKeys.Blog);

        Assert.Equal(("BAD_GRANT", "OK"), (await tracker.CodeAsync(TestKeys.Wiki), await tracker.CodeAsync(renewed)));
    }

    private sealed class AnnouncingReplays : IReplayCache
    {
        private readonly InMemoryReplayCache _inner = Version4.NewMemory();
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public ValueTask<ReplayResult> TryAddAsync(ReplayEntry record, CancellationToken cancellationToken)
        {
            _asked.TrySetResult();
            return _inner.TryAddAsync(record, cancellationToken);
        }
    }
}
