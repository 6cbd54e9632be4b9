using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;

namespace TrustedApps.Testing.Tests;

public sealed class ConditionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Conditions_of_the_test_are_in_force()
    {
        await using var factory = new TrackerFactory();
        using HttpClient client = factory.CreateTrustedClient("fred", options =>
            options.Conditions = TrustedClientOptions.Everything with { Urls = ["/rest/api"], DenyUsers = ["barney"] });
        using HttpClient denied = factory.CreateTrustedClient("barney", options =>
            options.Conditions = TrustedClientOptions.Everything with { DenyUsers = ["barney"] });

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("rest/api/issues", Cancellation)).StatusCode);
        Assert.Equal("BAD_URL", await CodeOfAsync(client, "rest/other"));
        Assert.Equal("PERMISSION_DENIED", await CodeOfAsync(denied, "rest/api/issues"));
    }

    [Theory]
    [InlineData("wiki:8731")]
    [InlineData("https://wiki.example")]
    public async Task Conditions_of_the_configuration_are_in_force_where_the_test_names_their_trust(string trust)
    {
        await using var factory = new TrackerFactory();
        using HttpClient client = factory.CreateTrustedClient("fred", options =>
            (options.ConditionsFrom, options.RemoteAddress) = (trust, IPAddress.Parse("10.1.2.3")));
        using HttpClient elsewhere = factory.CreateTrustedClient("fred", options => options.ConditionsFrom = trust);

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("rest/api/issues", Cancellation)).StatusCode);
        Assert.Equal("BAD_URL", await CodeOfAsync(client, "rest/other"));
        Assert.Equal("BAD_REMOTE_IP", await CodeOfAsync(elsewhere, "rest/api/issues"));
    }

    [Fact]
    public async Task A_trust_that_the_configuration_does_not_have_is_named()
    {
        await using var factory = new TrackerFactory();

        var problem = Assert.Throws<InvalidOperationException>(
            () => factory.CreateTrustedClient("fred", options => options.ConditionsFrom = "blog:1"));

        Assert.Equal(
            "The configuration of the scheme 'TrustedApps' has 0 trusts called 'blog:1' under Applications. ConditionsFrom must be the Id, Name, CertificateUrl or CertificateFile of one of them: 'wiki:8731'.",
            problem.Message);
    }

    [Fact]
    public async Task Two_sources_of_conditions_are_refused()
    {
        await using var factory = new TrackerFactory();

        var problem = Assert.Throws<InvalidOperationException>(() => factory.CreateTrustedClient("fred", options =>
            (options.ConditionsFrom, options.Conditions) = ("wiki:8731", TrustedClientOptions.Everything)));

        Assert.Contains("Set one of them", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_with_conditions_of_their_own_do_not_share_a_trust()
    {
        await using var factory = new TrackerFactory();
        using HttpClient first = factory.CreateTrustedClient("fred", options =>
            options.Conditions = TrustedClientOptions.Everything with { Urls = ["/rest/a"] });
        using HttpClient second = factory.CreateTrustedClient("fred", options =>
            options.Conditions = TrustedClientOptions.Everything with { Urls = ["/rest/b"] });

        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync("rest/a", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("rest/b", Cancellation)).StatusCode);
        Assert.Equal("BAD_URL", await CodeOfAsync(first, "rest/b"));
    }

    [Fact]
    public async Task Of_clients_with_one_id_the_conditions_of_the_last_are_in_force()
    {
        await using var factory = new TrackerFactory();
        using HttpClient first = factory.CreateTrustedClient("fred", options => options.ApplicationId = "wiki:8731");
        using HttpClient second = factory.CreateTrustedClient("fred", options =>
            (options.ApplicationId, options.Conditions) = ("wiki:8731", TrustedClientOptions.Everything with { Urls = ["/rest/b"] }));

        Assert.Equal("BAD_URL", await CodeOfAsync(first, "rest/a"));
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("rest/b", Cancellation)).StatusCode);
    }

    private static async Task<string> CodeOfAsync(HttpClient client, string path)
    {
        using HttpResponseMessage response = await client.GetAsync(path, Cancellation);
        return TrustedAppError.Read(response.Headers.GetValues("X-Seraph-Trusted-App-Error").Single()).Code.ToWireName();
    }
}
