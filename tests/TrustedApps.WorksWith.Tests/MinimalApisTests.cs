using System.Net;
using TrustedApps.Client;

namespace TrustedApps.WorksWith.Tests;

public sealed class MinimalApisTests
{
    [Fact]
    public async Task The_programs_of_the_page_work()
    {
        await using Page page = await Page.OpenAsync("minimal-apis");
        await page.StartProviderAsync();
        Assert.Equal(page.Printed(), await page.RunConsumerAsync());

        using var stranger = new HttpClient();
        using HttpResponseMessage refused = await stranger.GetAsync(new Uri(page.BaseUrl + "/rest/api/issues/7"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Content_above_the_limit_is_answered_with_413()
    {
        await using Page page = await Page.OpenAsync("minimal-apis");
        await page.StartProviderAsync();
        using HttpClient wiki = page.CreateClient(options => options.MaxBufferedContent = 2 << 20);
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Post, "/rest/api/issues") { Content = new ByteArrayContent(new byte[(1 << 20) + 1]) }.OnBehalfOf("fred");
        using HttpResponseMessage response = await wiki.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }
}
