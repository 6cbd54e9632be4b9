using System.Net;
using TrustedApps.Client;

namespace TrustedApps.WorksWith.Tests;

public sealed class RateLimitingTests
{
    [Fact]
    public async Task The_programs_of_the_page_work()
    {
        await using Page page = await Page.OpenAsync("rate-limiting");
        await page.StartProviderAsync();
        Assert.Equal(page.Printed(), await page.RunConsumerAsync());
    }

    [Fact]
    public async Task An_id_in_a_header_uses_none_of_the_permits_of_its_application()
    {
        await using Page page = await Page.OpenAsync("rate-limiting");
        await page.StartProviderAsync();
        using var stranger = new HttpClient { BaseAddress = new Uri(page.BaseUrl) };
        for (int time = 0; time < 5; time++)
        {
            using var forged = new HttpRequestMessage(HttpMethod.Get, "/issues")
            {
                Headers = { { "X-Seraph-Trusted-App-Version", "4" }, { "X-Seraph-Trusted-App-ID", "wiki:8731" }, { "X-Seraph-Trusted-App-Cert", "forged" } },
            };
            using HttpResponseMessage refused = await stranger.SendAsync(forged, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        using HttpClient wiki = page.CreateClient();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(wiki, "/issues"));
    }

    [Fact]
    public async Task Other_requests_share_a_partition_and_leave_the_applications_theirs()
    {
        await using Page page = await Page.OpenAsync("rate-limiting");
        await page.StartProviderAsync();
        using var stranger = new HttpClient { BaseAddress = new Uri(page.BaseUrl) };
        HttpStatusCode[] statuses = new HttpStatusCode[4];
        for (int time = 0; time < 4; time++)
        {
            using HttpResponseMessage answer = await stranger.GetAsync(new Uri("/issues", UriKind.Relative), TestContext.Current.CancellationToken);
            statuses[time] = answer.StatusCode;
        }

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests], statuses);
        using HttpClient wiki = page.CreateClient();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(wiki, "/issues"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(wiki, "/report"));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, path).OnBehalfOf("fred");
        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
