using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Requests;

namespace TrustedApps.AspNetCore.Tests.Requests;

/// <summary>Refused requests do not fill the log.</summary>
public sealed class RejectionLogTests
{
    private readonly ManualTimeProvider _time = ManualTimeProvider.OfToday();

    [Fact]
    public async Task The_first_refusal_is_a_line_and_the_others_are_counted_each_minute()
    {
        await using KestrelServer server = await StartAsync();
        for (int request = 0; request < 10; request++) await RefuseAsync(server, "/forbidden");
        Assert.Single(server.Logs.Refusals);

        _time.Advance(TimeSpan.FromMinutes(1));
        LogLine more = Assert.Single(More(server));
        Assert.Equal((6, LogLevel.Warning), (more.Event.Id, more.Level));
        Assert.Equal("9 more requests of 'wiki' from 127.0.0.1 were refused by 'TrustedApps' in the last minute: BAD_URL (conditions.url)", more.Message);

        await RefuseAsync(server, "/forbidden");
        await RefuseAsync(server, "/forbidden");
        Assert.Equal(2, server.Logs.Refusals.Count); // a line with the details in each minute
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.StartsWith("1 more requests of 'wiki'", More(server)[^1].Message, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMinutes(1)); // a minute without any
        Assert.Equal(2, More(server).Length);
    }

    [Fact]
    public async Task Each_reason_has_a_line_of_its_own()
    {
        await using KestrelServer server = await StartAsync();
        await RefuseAsync(server, "/forbidden");
        await server.Request("/allowed", time: _time).With("X-Seraph-Trusted-App-Signature", "AAAA").SendAsync();
        Assert.Equal(2, server.Logs.Refusals.Count);
    }

    [Fact]
    public async Task Strangers_share_one_count_and_hide_no_refusal_of_a_trusted_application()
    {
        await using KestrelServer server = await StartAsync();
        for (int number = 0; number < 200; number++)
        {
            await server.Request("/allowed", time: _time).With("X-Seraph-Trusted-App-ID", $"stranger:{number}").SendAsync();
        }

        await RefuseAsync(server, "/forbidden");
        Assert.Equal(2, server.Logs.Refusals.Count);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("199 more requests of applications that are not trusted from all addresses were refused by 'TrustedApps' in the last minute: APP_UNKNOWN (application.unknown)", Assert.Single(More(server)).Message);
    }

    [Fact]
    public async Task What_was_counted_is_logged_when_the_host_stops()
    {
        KestrelServer server = await StartAsync();
        await RefuseAsync(server, "/forbidden");
        await RefuseAsync(server, "/forbidden");
        await server.DisposeAsync();
        Assert.StartsWith("1 more requests", Assert.Single(More(server)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_scheme_and_network_has_a_line_of_its_own_and_all_of_them_have_a_bound()
    {
        var logs = new LogRecorder();
        using var factory = LoggerFactory.Create(builder => builder.AddProvider(logs));
        ILogger logger = factory.CreateLogger("TrustedApps.Test");
        using var limit = new RejectionLog(new ServiceCollection().AddSingleton<TimeProvider>(_time).BuildServiceProvider());

        Assert.True(limit.IsFirst(logger, From("192.0.2.1")));
        Assert.True(limit.IsFirst(logger, From("192.0.2.1") with { Scheme = "other" }));
        Assert.True(limit.IsFirst(logger, From("192.0.2.2")));
        Assert.False(limit.IsFirst(logger, From("::ffff:192.0.2.2")));
        Assert.True(limit.IsFirst(logger, From("2001:db8::1")));
        Assert.False(limit.IsFirst(logger, From("2001:db8::2")));
        Assert.Equal(997, Enumerable.Range(1, 20_000).Count(number => limit.IsFirst(logger, From($"2001:db8:{number:x}::1"))));
        Assert.True(limit.IsFirst(logger, From("192.0.2.9") with { Origin = "'blog'" })); // strangers hide their own alone
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains(logs.Lines, line => line.Message == "19003 more requests of 'wiki' from all addresses were refused by 'a' in the last minute: BAD_URL (conditions.url)");
        Assert.Contains(logs.Lines, line => line.Message == "1 more requests of 'wiki' from 2001:db8::/64 were refused by 'a' in the last minute: BAD_URL (conditions.url)");

        static RejectionKind From(string address) => new("a", "'wiki'", "BAD_URL", "conditions.url", IPAddress.Parse(address));
    }

    private static LogLine[] More(KestrelServer server) => [.. server.Logs.Lines.Where(line => line.Event.Name == "RefusedMore")];

    private async Task RefuseAsync(KestrelServer server, string path) =>
        Assert.Equal("BAD_URL", (await server.Request(path, time: _time).SendAsync()).Code);

    private Task<KestrelServer> StartAsync() => TestProvider.StartAsync(
        options =>
        {
            options.RejectOutright = true;
            options.Applications.Add(TestProvider.TrustBelow("/allowed"));
        },
        services => services.AddSingleton<TimeProvider>(_time));
}
