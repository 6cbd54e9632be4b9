using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TrustedApps.AspNetCore.Tests;

public class TrustedAppRateLimitTests
{
    [Fact]
    public async Task Requests_that_are_counted_before_they_are_verified_are_warned_of_once()
    {
        var keys = new List<string>();
        await using KestrelServer server = await Version4.StartAsync(before: app => app.Use((context, next) => CountAsync(keys, context, next)));

        await server.GetAsync("/open");
        Assert.DoesNotContain(server.Logs.Lines, line => line.Event.Id == 87);
        Assert.Equal("OK", (await server.Trusted("/closed").SendAsync()).Code);
        Assert.Equal("OK", (await server.Trusted("/closed").SendAsync()).Code);

        LogLine warning = Assert.Single(server.Logs.Lines, line => line.Event.Id == 87);
        Assert.Equal((LogLevel.Warning, "RateLimitedUnverified"), (warning.Level, warning.Event.Name));
        Assert.StartsWith("GET /closed: TrustedAppRateLimit counts a request", warning.Message, StringComparison.Ordinal);
        Assert.All(keys, key => Assert.Equal(TrustedAppRateLimit.Others, key));
    }

    [Fact]
    public async Task After_authentication_a_request_counts_for_its_application_without_a_warning()
    {
        var keys = new List<string>();
        await using KestrelServer server = await Version4.StartAsync(after: app => app.Use((context, next) => CountAsync(keys, context, next)));

        await server.GetAsync("/open");
        Assert.Equal("OK", (await server.Trusted("/closed").SendAsync()).Code);

        Assert.Equal([TrustedAppRateLimit.Others, "wiki"], keys);
        Assert.DoesNotContain(server.Logs.Lines, line => line.Event.Id == 87);
    }

    private static Task CountAsync(List<string> keys, HttpContext context, RequestDelegate next)
    {
        keys.Add(TrustedAppRateLimit.ByApplication(context, permitLimit: 1, TimeSpan.FromSeconds(1)).PartitionKey);
        return next(context);
    }
}
