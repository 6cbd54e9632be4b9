using Microsoft.Extensions.DependencyInjection;
using TrustedApps;
using TrustedApps.Client;

namespace Samples.Tests;

public sealed class RestartTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_restart_trusts_are_there_and_nothing_is_accepted_again(bool isKilled)
    {
        using var folder = new ScratchFolder();
        await using SampleProcess tracker = await new SampleProcess("Tracker", folder).StartAsync();
        await using TrustedBlog blog = await TrustedBlog.MakeAsync("blog", folder.PathOf("tracker.db"), tracker.Origin);
        AssertionHeaders accepted = await blog.AskUntilAsync(tracker.Origin, "OK", "APP_UNKNOWN", "UNAVAILABLE");
        string fingerprint = await tracker.ReadFingerprintAsync();

        await (isKilled ? tracker.KillAsync() : tracker.StopAsync());
        await tracker.StartAsync();

        if (isKilled)
        {
            await AssertAcceptedByPatienceAsync(blog, tracker);
        }
        else
        {
            Assert.Equal((200, "OK"), CodeOf(await blog.AskAsync(tracker.Origin))); // the very first, asked once
        }

        Assert.Equal(isKilled ? (503, "UNAVAILABLE") : (401, "REPLAYED"), CodeOf(await TrustedBlog.SendAsync(accepted, tracker.Origin)));
        Assert.Equal(fingerprint, await tracker.ReadFingerprintAsync());
    }

    // With the default of its options the client waits for as long as Retry-After says: less than 5 seconds.
    private static async Task AssertAcceptedByPatienceAsync(TrustedBlog blog, SampleProcess tracker)
    {
        string fingerprint = await tracker.ReadFingerprintAsync();
        await using ServiceProvider services = new ServiceCollection()
            .AddHttpClient("tracker").AddTrustedApp(options =>
            {
                (options.BaseUrl, options.Keys) = (tracker.Origin, blog.Keys);
                options.ProviderFingerprints.Add(fingerprint);
            })
            .Services.BuildServiceProvider();
        using HttpClient client = services.GetRequiredService<IHttpClientFactory>().CreateClient("tracker");
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, $"{tracker.Origin}/rest/api/issues?q=release").OnBehalfOf("fred");
        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((200, "OK"), CodeOf(await Answer.OfAsync(response)));
    }

    private static (int Status, string? Code) CodeOf(Answer answer) => (answer.Status, answer.Code);
}
