using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using TrustedApps.Client;

namespace TrustedApps.WorksWith.Tests;

public sealed class HttpResilienceTests
{
    [Fact]
    public async Task The_programs_of_the_page_work()
    {
        await using Page page = await Page.OpenAsync("http-resilience");
        await page.StartProviderAsync();
        Assert.Equal(page.Printed(), await page.RunConsumerAsync());
    }

    [Fact]
    public async Task Hedged_attempts_are_different_assertions()
    {
        var seen = new System.Collections.Concurrent.ConcurrentBag<string>();
        int asked = 0;
        await using KestrelServer tracker = await Version4.StartAsync(after: app => app.MapGet("/issues", async (HttpContext context) =>
        {
            seen.Add(context.Request.Headers["X-Seraph-Trusted-App-Cert"].ToString());
            if (Interlocked.Increment(ref asked) == 1) await Task.Delay(Timeout.Infinite, context.RequestAborted); // the first one hangs until it is given up
            return context.User.Identity!.Name;
        }).RequireAuthorization());
        using var keys = new TestKeyFile(TestKeys.Tracker);
        var services = new ServiceCollection();
        services.AddHttpClient("tracker")
            .AddTrustedApp(options =>
            {
                options.BaseUrl = tracker.Origin;
                options.Keys = TestKeys.Wiki;
                options.ProviderCertificateFile = keys.CertificatePath;
            })
            .AddStandardHedgingHandler().Configure(options => options.Hedging.Delay = TimeSpan.FromMilliseconds(50));
        await using ServiceProvider provider = services.BuildServiceProvider();
        using HttpClient wiki = provider.GetRequiredService<IHttpClientFactory>().CreateClient("tracker");

        using HttpResponseMessage response = await wiki.GetAsync(tracker.Origin + "/issues", "fred");
        Assert.Equal((HttpStatusCode.OK, "fred"), (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        Assert.Equal(seen.Count, seen.Distinct(StringComparer.Ordinal).Count());
        Assert.True(seen.Count >= 2);
    }
}
