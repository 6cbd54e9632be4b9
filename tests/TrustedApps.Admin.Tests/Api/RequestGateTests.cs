using System.Net.Http.Headers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Admin.Api;

namespace TrustedApps.Admin.Tests.Api;

public class RequestGateTests
{
    [Fact]
    public async Task Nobody_but_administrators_gets_past_the_policy_anywhere()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        (string Method, string Path)[] endpoints = [.. EndpointsOf(host)];
        Assert.True(endpoints.Length >= 30, $"{endpoints.Length} endpoints");
        foreach ((string method, string path) in endpoints)
        {
            Assert.Equal((path, 401), (path, (await host.SendAsync(method, path, user: null)).Status));
            Assert.Equal((path, 403), (path, (await host.SendAsync(method, path, user: "eve")).Status));
            Assert.Equal((path, 403), (path, (await host.SendAsync(method, path, user: "eve;user")).Status));
            Json.Problem(await host.SendAsync(method, path, user: ";admin"), 403); // an administrator without a name
        }
    }

    [Fact]
    public async Task A_name_identifier_stands_for_a_name()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.AddLegacyAsync("blog");
        Json.Good(await host.SendAsync("POST", AdminHost.Api + "/trusts/blog/suspend", user: "#4711;admin"));
        Assert.Equal("4711", (await host.Reports.ListAuditAsync("blog", null, 1, TestContext.Current.CancellationToken))[0].Administrator);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("text/plain; application/json")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData(null)]
    public async Task What_a_form_of_another_site_can_send_changes_nothing(string? contentType)
    {
        await using AdminHost host = await AdminHost.StartAsync();
        foreach ((string method, string path) in EndpointsOf(host).Where(endpoint => endpoint.Method != "GET"))
        {
            Answer answer = await host.SendAsync(method, path, change: request =>
            {
                request.Headers.Remove("X-Requested-With");
                request.Content = new ByteArrayContent("{}"u8.ToArray());
                if (contentType is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            });
            Json.Problem(answer, 415);
        }

        Assert.Empty(await host.Reports.ListAuditAsync(null, null, 10, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("cross-site", 403)]
    [InlineData("same-site", 403)]
    [InlineData("same-origin", 200)]
    [InlineData("none", 200)]
    public async Task The_browser_tells_which_site_caused_a_request(string site, int status)
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.AddLegacyAsync("blog");
        Answer answer = await host.SendAsync("POST", AdminHost.Api + "/trusts/blog/suspend", change: request => request.Headers.Add("Sec-Fetch-Site", site));
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200, (await host.Trusts.FindAsync("blog", TestContext.Current.CancellationToken))!.Trust.IsSuspended);
    }

    [Fact]
    public async Task Content_where_none_is_taken_is_refused()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.AddLegacyAsync("blog");
        Json.Problem(await host.PostAsync("/trusts/blog/suspend", "{\"until\":\"tomorrow\"}"), 400);
        Json.Good(await host.PostAsync("/trusts/blog/suspend", ""));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task More_than_64_KiB_is_413(bool isChunked)
    {
        await using AdminHost host = await AdminHost.StartAsync();
        string filler = new(' ', 65_536);
        Answer answer = await host.SendAsync("POST", AdminHost.Api + "/certificates/preview", $$"""{"baseUrl":"x"{{filler}}}""", change: request => request.Headers.TransferEncodingChunked = isChunked);
        Json.Problem(answer, 413);
        Json.Problem(await host.PostAsync("/certificates/preview", $$"""{"baseUrl":"x"{{filler[100..]}}}"""), 422);
    }

    [Fact]
    public async Task Deep_JSON_is_refused()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        Json.Problem(await host.PostAsync("/certificates/preview", string.Concat(Enumerable.Repeat("{\"baseUrl\":", 5000))), 400);
    }

    [Fact]
    public async Task A_database_that_fails_is_503()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.AddLegacyAsync("blog");
        await using (var connection = new SqliteConnection($"Data Source={host.Database}"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "DROP TABLE trusted_apps_audit";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        Json.Problem(await host.GetAsync("/audit"), 503);
        Json.Problem(await host.PostAsync("/trusts/blog/suspend"), 503);
        Assert.False((await host.Trusts.FindAsync("blog", TestContext.Current.CancellationToken))!.Trust.IsSuspended);
        Assert.Contains(host.Server.Logs.Lines, line => line.Event.Name == "ManagementRequestFailed");
    }

    [Fact]
    public void What_Entity_Framework_wraps_is_unwrapped()
    {
        Assert.True(Problems.TryDescribe(new InvalidOperationException("transient", new TimeoutException()), out ProblemDocument? problem));
        Assert.Equal(503, problem.Status);
        Assert.False(Problems.TryDescribe(new InvalidOperationException("a mistake"), out _));
    }

    /// <summary>Every endpoint, with something in the place of its parameters.</summary>
    internal static IEnumerable<(string Method, string Path)> EndpointsOf(AdminHost host) =>
        from endpoint in host.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.RoutePattern.RawText!.StartsWith(AdminHost.Api, StringComparison.Ordinal)
        from method in endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
        select (method, endpoint.RoutePattern.RawText!.Replace("{id}", "wiki", StringComparison.Ordinal).Replace("{thumbprint}", "abc", StringComparison.Ordinal));
}
