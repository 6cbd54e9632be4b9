using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Client;

namespace TrustedApps.WorksWith.Tests;

/// <summary>No user is ever served another's answer.</summary>
public sealed class OutputCachingTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Answers_to_trusted_requests_are_neither_stored_nor_taken_from_the_store()
    {
        await using Page page = await Page.OpenAsync("output-caching");
        await page.StartProviderAsync();
        using HttpClient wiki = page.CreateClient(), stranger = new() { BaseAddress = new Uri(page.BaseUrl) };
        Assert.Equal("status 1", await wiki.GetStringAsync("/status", "fred"));
        Assert.Equal("status 2", await stranger.GetStringAsync("/status", user: null));
        Assert.Equal("status 2", await stranger.GetStringAsync("/status", user: null)); // of the store
        Assert.Equal("status 3", await wiki.GetStringAsync("/status", "fred"));
        Assert.Equal("4 issues of fred", await wiki.GetStringAsync("/issues", "fred"));
        Assert.Equal("5 issues of barney", await wiki.GetStringAsync("/issues", "barney"));
        Assert.Equal("6 issues of fred", await wiki.GetStringAsync("/issues", "fred"));
    }

    [Fact]
    public async Task A_policy_that_varies_by_user_serves_each_user_the_own_answer()
    {
        await using Page page = await Page.OpenAsync("output-caching");
        await page.StartProviderAsync();
        using HttpClient wiki = page.CreateClient(options => options.RequireResponseProof = true); // each from the store is proven anew
        Assert.Equal("report 1 for fred", await wiki.GetStringAsync("/report", "fred"));
        Assert.Equal("report 1 for fred", await wiki.GetStringAsync("/report", "fred"));
        Assert.Equal("report 2 for barney", await wiki.GetStringAsync("/report", "barney"));
        Assert.Equal("report 1 for fred", await wiki.GetStringAsync("/report", "fred"));

        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "/report").OnBehalfOf("fred");
        using HttpResponseMessage stored = await wiki.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(stored.Headers.CacheControl is { NoStore: true, Private: true });
        using var stranger = new HttpClient();
        using HttpResponseMessage refused = await stranger.GetAsync(new Uri(page.BaseUrl + "/report"), TestContext.Current.CancellationToken);
        Assert.Equal(401, (int)refused.StatusCode);
    }

    [Theory]
    [AtEachEntrance]
    internal async Task In_front_of_authentication_nothing_is_stored_whatever_the_policy_says(Entrance entrance)
    {
        int made = 0;
        await using KestrelServer tracker = await Version4.StartAsync(
            services: services => services.AddOutputCache(),
            before: app => app.UseRouting().UseOutputCache(),
            after: app =>
            {
                app.MapGet("/issues", (HttpContext context) => $"{++made} issues of {context.User.Identity!.Name}").CacheOutput();
                app.MapGet("/all", (HttpContext context) => $"{++made} issues of {context.User.Identity!.Name}").CacheOutput(policy => policy.AddPolicy<CacheAll>(), excludeDefaultPolicy: true);
            },
            entrance: entrance);
        foreach (string path in new[] { "/issues", "/all" })
        {
            made = 0;
            Assert.Equal("1 issues of fred", (await tracker.Trusted(path, "fred").SendAsync()).Body);
            Assert.Equal("2 issues of barney", (await tracker.Trusted(path, "barney").SendAsync()).Body);
            Assert.Equal("3 issues of ", (await tracker.GetAsync(path)).Body);
        }
    }

    [Fact]
    public async Task In_front_of_authentication_a_request_that_waited_for_another_gets_its_own_answer()
    {
        using var arrived = new SemaphoreSlim(0);
        var released = new TaskCompletionSource();
        await using KestrelServer tracker = await Version4.StartAsync(
            services: services => services.AddOutputCache(),
            before: app => app.UseRouting().UseOutputCache(),
            after: app => app.MapGet("/issues", async (HttpContext context) =>
            {
                arrived.Release();
                await released.Task;
                return $"issues of {context.User.Identity!.Name}";
            }).CacheOutput());

        Task<Answer> fred = tracker.Trusted("/issues", "fred").SendAsync();
        Assert.True(await arrived.WaitAsync(_patience, TestContext.Current.CancellationToken));
        Task<Answer> barney = tracker.Trusted("/issues", "barney").SendAsync(); // output caching lets it wait
        released.SetResult();
        Assert.True(await arrived.WaitAsync(_patience, TestContext.Current.CancellationToken));
        Assert.Equal("issues of fred", (await fred).Body);
        Assert.Equal("issues of barney", (await barney).Body);
    }

    private sealed class CacheAll : IOutputCachePolicy
    {
        public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
        {
            context.EnableOutputCaching = context.AllowCacheLookup = context.AllowCacheStorage = true;
            return default;
        }

        public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => default;

        public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation) => default;
    }
}
