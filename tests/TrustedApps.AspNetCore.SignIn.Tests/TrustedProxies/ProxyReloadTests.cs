using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;

namespace TrustedApps.AspNetCore.SignIn.Tests.TrustedProxies;

/// <summary>The settings of a trusted proxy change while the host runs.</summary>
public sealed class ProxyReloadTests : IDisposable
{
    private const string User = """{ "Header": "X-User", "Addresses": [ "127.0.0.1" ] }""";
    private const string Remote = """{ "Header": "X-Remote-User", "Addresses": [ "127.0.0.1" ] }""";

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Under_load_no_request_is_dropped_while_the_header_changes()
    {
        await using KestrelServer server = await StartAsync(User);
        var bodies = new ConcurrentQueue<string>();
        bool isDone = false;
        Task load = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            // both headers: at every moment one of them is the proxy's
            while (!Volatile.Read(ref isDone) || bodies.Count < 1000) bodies.Enqueue((await server.SendAsync("/closed", "X-User: fred", "X-Remote-User: fred")).Body);
        })));
        try
        {
            for (int change = 0; change < 10; change++)
            {
                bool isRemote = change % 2 == 0;
                Write(isRemote ? Remote : User);
                await UntilAsync(server, "ann", isRemote ? "X-Remote-User: ann" : "X-User: ann");
                Assert.Equal("anonymous", (await server.SendAsync("/open", isRemote ? "X-User: ann" : "X-Remote-User: ann")).Body);
            }
        }
        finally
        {
            Volatile.Write(ref isDone, true);
            await load;
        }

        Assert.All(bodies, body => Assert.Equal("fred", body));
        LogLine reloaded = await server.Logs.FirstAsync("ConfigurationReloaded");
        Assert.Equal((83, "Scheme 'Proxy': a change of the configuration is in use: the trusted proxy has other settings"), (reloaded.Event.Id, reloaded.Message));
        Assert.DoesNotContain(server.Logs.Lines, line => line.Event.Name == "ConfigurationNotUsed");
    }

    [Fact]
    public async Task Another_address_is_trusted_from_the_change_on_and_the_one_before_is_not()
    {
        await using KestrelServer server = await StartAsync(User);

        Write("""{ "Header": "X-User", "Addresses": [ "127.0.0.2" ], "Rewrites": [ { "Prefix": "EXAMPLE\\" } ], "Attributes": [ { "Name": "X-Mail", "ClaimType": "mail", "Separator": ";" } ] }""");
        await UntilAsync(server, "anonymous", "X-User: fred");

        Assert.Equal("fred", (await server.SendFromAsync(ProxyServer.Stranger, "/open", @"X-User: EXAMPLE\fred")).Body);
        Assert.Contains("mail=a@b", (await server.SendFromAsync(ProxyServer.Stranger, "/claims", "X-User: fred", "X-Mail: a@b;c@d")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "Header": "X-User", "Addresses": [ "*" ] }""", "'*' covers every address")]
    [InlineData("""{ "Header": "X-User", "Addresses": "127.0.0.1" }""", "Authentication:Schemes:Proxy:Addresses must be a list")]
    [InlineData("""{ "Header": "X-User", "Adresses": [ "127.0.0.1" ] }""", "Authentication:Schemes:Proxy:Adresses is not a setting. Did you mean Addresses?")]
    [InlineData("""{ "Header": "X-User", "Addresses": [ "127.0.0.1" ], "Attributes": [ { "Name": "X-Mail", "ClaimType": "mail", "Separator": ", " } ] }""", "Authentication:Schemes:Proxy:Attributes:0:Separator must be one character.")]
    [InlineData("""{ "Header": "X-User", "Addresses": [ "127.0.0.1" ], "Rewrites": [ { "Pattern": "(" } ] }""", "Rewrites:0: Pattern '(': ")]
    [InlineData("null", "The configuration has no section 'Authentication:Schemes:Proxy' any more.")]
    public async Task A_change_that_is_not_valid_changes_nothing_and_is_an_error_that_names_the_setting(string json, string problem)
    {
        await using KestrelServer server = await StartAsync(User);

        Write(json);
        LogLine error = await server.Logs.FirstAsync("ConfigurationNotUsed");

        Assert.Equal((84, LogLevel.Error), (error.Event.Id, error.Level));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Equal("fred", (await server.SendAsync("/closed", "X-User: fred")).Body);
        Assert.Equal("anonymous", (await server.SendFromAsync(ProxyServer.Stranger, "/open", "X-User: fred")).Body);

        Write(Remote);
        await UntilAsync(server, "fred", "X-Remote-User: fred");
        await server.Logs.FirstAsync("ConfigurationUsable");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var status = server.Services.GetRequiredService<ConfigurationReload>();
        while (status.Problems.Count > 0 && !patience.IsCancellationRequested) await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Empty(status.Problems);
    }

    [Fact]
    public async Task Two_schemes_that_would_share_a_header_stay_as_they_were()
    {
        await using KestrelServer server = await StartAsync(User, """{ "Header": "X-Other", "Addresses": [ "127.0.0.1" ] }""");

        Write(User, """{ "Header": "x_user", "Addresses": [ "127.0.0.1" ] }""");
        LogLine error = await server.Logs.FirstAsync("ConfigurationNotUsed");

        Assert.Contains("shares a header or cookie with another trusted proxy", error.Message, StringComparison.Ordinal);
        Assert.Equal("fred", (await server.SendAsync("/closed", "X-User: fred")).Body);
    }

    [Fact]
    public async Task A_setting_that_needs_a_restart_is_named()
    {
        await using KestrelServer server = await StartAsync(User);

        Write("""{ "Header": "X-Remote-User", "Addresses": [ "127.0.0.1" ], "ClaimsIssuer": "other" }""");
        await UntilAsync(server, "fred", "X-Remote-User: fred");

        LogLine warning = await server.Logs.FirstAsync("SettingsNeedRestart");
        Assert.Equal((85, LogLevel.Warning), (warning.Event.Id, warning.Level));
        Assert.Contains("another value of ClaimsIssuer than at the start", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_section_stops_the_start_and_is_named_and_shown()
    {
        var stopped = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync("null"));

        Assert.Contains(
            "The configuration has no section 'Authentication:Schemes:Proxy', which AddTrustedProxy reads. Write it into appsettings.json in the content root: \"Authentication\": { \"Schemes\": { \"Proxy\": { \"Header\": \"X-User\", \"Addresses\": [ \"127.0.0.1\" ] } } }.",
            stopped.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_comes_after_the_section_and_another_section_may_be_named()
    {
        IConfiguration own = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Front:Header"] = "X-Front", ["Front:Addresses:0"] = "127.0.0.1" }).Build();
        await using KestrelServer server = await ProxyServer.StartAsync(
            options => options.Header = "X-Code",
            before: AddFile,
            schemes: authentication => authentication.AddTrustedProxy("Named", own.GetSection("Front")));

        Assert.Equal("fred", (await server.SendAsync("/open", "X-Code: fred")).Body);
        var options = server.Services.GetRequiredService<IOptionsMonitor<TrustedProxyOptions>>();
        Assert.Equal(("X-Code", true), (options.Get("Proxy").Header, options.Get("Proxy").AllowCommas));
        Assert.Equal("X-Front", options.Get("Named").Header);

        void AddFile(WebApplicationBuilder builder)
        {
            Write("""{ "Header": "X-User", "AllowCommas": true }""");
            builder.Configuration.AddJsonFile(_folder.PathOf("appsettings.json"));
        }
    }

    private void Write(string proxy, string? second = null)
    {
        string more = second is null ? "" : $", \"Second\": {second}";
        _folder.Write("appsettings.new", $$"""{ "Authentication": { "Schemes": { "Proxy": {{proxy}}{{more}} } }, "Also": "here" }""");
        File.Move(_folder.PathOf("appsettings.new"), _folder.PathOf("appsettings.json"), overwrite: true);
    }

    private async Task<KestrelServer> StartAsync(string proxy, string? second = null)
    {
        Write(proxy, second);
        return await KestrelServer.StartAsync(
            (builder, _) =>
            {
                builder.Configuration.AddJsonFile(source =>
                {
                    (source.Path, source.ReloadOnChange, source.ReloadDelay) = (_folder.PathOf("appsettings.json"), true, 50);
                    source.ResolveFileProvider();
                });
                builder.Services.AddAuthorization();
                builder.Services.AddSingleton(UserResolvers.List(["fred", "ann"], []));
                var authentication = builder.Services.AddAuthentication("Proxy").AddTrustedProxy("Proxy");
                if (second is not null) authentication.AddTrustedProxy("Second");
            },
            app =>
            {
                TestProvider.MapWho(app);
                app.MapGet("/claims", context => context.Response.WriteAsync(string.Join('\n', context.User.Claims.Select(claim => $"{claim.Type}={claim.Value}"))));
            });
    }

    private static async Task UntilAsync(KestrelServer server, string body, params string[] lines)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await server.SendAsync("/open", lines)).Body != body)
        {
            Assert.False(patience.IsCancellationRequested, $"There was no {body}.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
