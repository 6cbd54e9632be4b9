using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Provider._1.Tests;

/// <summary>The API as a trusted application sees it, with throw-away keys and without another process.</summary>
public sealed class IssuesTests(WebApplicationFactory<Program> factory) : IClassFixture<WebApplicationFactory<Program>>
{
    private readonly WebApplicationFactory<Program> _factory = factory.WithWebHostBuilder(builder =>
        builder.ConfigureTestServices(services => services.AddTrustedAppsTesting()));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_trusted_application_reads_the_issues_of_its_user()
    {
        using HttpClient client = _factory.CreateTrustedClient("barney");

        string issues = await client.GetStringAsync("api/issues", Cancellation);

        Assert.Contains("WEB-2", issues);
        Assert.DoesNotContain("WEB-1", issues); // of fred
    }

    [Fact]
    public async Task A_user_who_is_not_known_is_refused()
    {
        using HttpClient client = _factory.CreateTrustedClient("wilma");

        using HttpResponseMessage response = await client.GetAsync("api/issues", Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_request_of_no_trusted_application_is_refused()
    {
        using HttpClient client = _factory.CreateClient();

        using HttpResponseMessage response = await client.GetAsync("api/issues", Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }
}
