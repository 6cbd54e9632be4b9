using System.Net;

namespace Samples.Tests;

public sealed class FirstTrustTests
{
    [Fact]
    public async Task From_two_applications_that_never_met_to_the_first_trusted_request_by_the_tool_alone()
    {
        using var folder = new ScratchFolder();
        await using var tracker = new SampleProcess("Tracker", folder);
        await using var wiki = new SampleProcess("Wiki", folder, "--Tracker:BaseUrl", tracker.Origin);
        await Task.WhenAll(tracker.StartAsync(), wiki.StartAsync());
        using var fred = new Person();
        Assert.Equal(302, (await fred.LogInAsync(wiki.Origin, "fred")).Status);
        Assert.Contains("the tracker does not answer as it should", await ReadRoadmapAsync(), StringComparison.Ordinal);
        Assert.Contains($"'trusted-apps provider add {tracker.Origin}'", wiki.Said, StringComparison.Ordinal); // what its administrator is to do

        await Tool.RunAsync("provider", "add", tracker.Origin, "--store", folder.PathOf("wiki.db"), "--fingerprint", await tracker.ReadFingerprintAsync(), "--yes");
        Assert.Contains("the tracker does not trust this wiki", await ReadRoadmapAsync(), StringComparison.Ordinal);

        await Tool.RunAsync(
            "trust", "add", wiki.Origin, "--store", folder.PathOf("tracker.db"), "--fingerprint", await wiki.ReadFingerprintAsync(), "--yes", "--address", "127.0.0.1", "--url", "/rest");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        string page = await ReadRoadmapAsync();
        while (page.Contains("Nothing here", StringComparison.Ordinal)) // the page asks twice, and the trust may have come between
        {
            deadline.Token.ThrowIfCancellationRequested();
            page = await ReadRoadmapAsync();
        }

        Assert.Contains("<strong>TRK-4</strong> Release 2.0: security fix for the login page", page, StringComparison.Ordinal); // fred's own
        Assert.DoesNotContain("surprise party", page, StringComparison.Ordinal);

        async Task<string> ReadRoadmapAsync()
        {
            Answer answer = await fred.GetAsync($"{wiki.Origin}/pages/roadmap");
            Assert.Equal(200, answer.Status);
            return WebUtility.HtmlDecode(answer.Body);
        }
    }
}
