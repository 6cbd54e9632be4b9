using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.Tests.Requests;

public sealed class RequestReaderTests
{
    [Theory]
    [InlineData("/open")]
    [InlineData("/open/")]
    [InlineData("/open?")]
    [InlineData("/open/%7Efred/~fred")]
    [InlineData("/open/%41%5a%2D")]
    [InlineData("/open/%c3%a4/%C3%A4")]
    [InlineData("/open/a%20b+c%2B?q=%20+%2B&r=%7e")]
    [InlineData("/open/a%2Fb%2fc")]
    [InlineData("/open//x///")]
    [InlineData("//open")]
    [InlineData("/open/./x/../y")]
    [InlineData("/open/%2e%2e/y")]
    [InlineData("/open/a;b=c,d'e(f)!$*@:|[]^{}\"<>`")]
    [InlineData("/open?a=b?c=/../d")]
    [InlineData("/open/%25%32%35?%zz")]
    public async Task What_was_signed_is_the_target_exactly_as_it_came(string target)
    {
        await using KestrelServer server = await TestProvider.StartAsync();

        Answer answer = await SendAsync(server, target, server.Origin + target);

        Assert.Equal("OK", answer.Code);
    }

    [Theory]
    [InlineData("/open/%7Efred", "/open/~fred")]
    [InlineData("/open/~fred", "/open/%7Efred")]
    [InlineData("/open/%41", "/open/A")]
    [InlineData("/open/%c3%a4", "/open/%C3%A4")]
    [InlineData("/open?q=%2b", "/open?q=%2B")]
    [InlineData("/open?q=+", "/open?q=%20")]
    [InlineData("/open?", "/open")]
    [InlineData("/open", "/open?")]
    [InlineData("/open/", "/open")]
    [InlineData("//open", "/open")]
    [InlineData("/open//x", "/open/x")]
    [InlineData("/open/a/../x", "/open/x")]
    [InlineData("/open/./x", "/open/x")]
    [InlineData("/open/%2e/x", "/open/x")]
    [InlineData("/open/a%2Fb", "/open/a/b")]
    [InlineData("/Open", "/open")]
    public async Task Another_spelling_of_the_target_is_not_what_was_signed(string target, string signedTarget)
    {
        await using KestrelServer server = await TestProvider.StartAsync();

        Assert.Equal("BAD_SIGNATURE", (await SendAsync(server, target, server.Origin + signedTarget)).Code);
    }

    [Theory]
    [InlineData("/open", "/open")]
    [InlineData("", "/")]
    [InlineData("#/open?good=1", "/open?good=1")] // a server may take what follows # for no part of the path
    [InlineData("/open%2F..%2F..%2Fclosed", "/open%2F..%2F..%2Fclosed")] // and may decode slashes in this form alone
    public async Task A_target_in_absolute_form_is_refused_because_servers_read_it_in_other_ways(string afterOrigin, string signedTarget)
    {
        await using KestrelServer server = await TestProvider.StartAsync();

        Answer answer = await SendAsync(server, server.Origin + afterOrigin, server.Origin + signedTarget);

        Assert.Equal("BAD_URL", answer.Code);
    }

    [Fact]
    public async Task A_target_in_absolute_form_cannot_name_another_host_than_the_Host_header()
    {
        await using KestrelServer server = await TestProvider.StartAsync();

        Answer answer = await SendAsync(server, "http://evil.example/open", "http://evil.example/open", host: server.EndPoint.ToString());

        Assert.Equal((400, null), (answer.Status, answer.Code)); // Kestrel refuses it
    }

    [Theory]
    [InlineData("OPTIONS", "*", "BAD_URL")]
    [InlineData("CONNECT", "127.0.0.1:{0}", "BAD_URL")]
    public async Task Targets_of_other_forms_are_refused(string method, string target, string code)
    {
        await using KestrelServer server = await TestProvider.StartAsync();
        target = target.Replace("{0}", $"{server.EndPoint.Port}", StringComparison.Ordinal);

        Answer answer = await SendAsync(server, target, server.Origin + "/", method: method);

        Assert.Equal(code, answer.Code);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("LOCALHOST:{0}")]
    [InlineData("localhost.:{0}")]
    [InlineData("localhost")]
    [InlineData("localhost:0{0}")]
    [InlineData("[::1]:{0}")]
    [InlineData("")]
    public async Task A_Host_that_is_none_of_ours_is_refused_though_it_was_signed(string host)
    {
        await using KestrelServer server = await StartLocalhostAsync();
        host = host.Replace("{0}", $"{server.EndPoint.Port}", StringComparison.Ordinal);

        Answer answer = await SendAsync(server, "/open", $"http://{host}/open", host);

        Assert.Equal("BAD_URL", answer.Code);
        Assert.Equal($"BAD_URL;\tThe URL is not one of this application: {{0}};\t[\"http://{host}\"]", answer["X-Seraph-Trusted-App-Error"]);
    }

    [Fact]
    public async Task Each_of_the_base_URLs_is_ours()
    {
        await using KestrelServer server = await StartLocalhostAsync();
        string host = $"localhost:{server.EndPoint.Port}";

        Assert.Equal("OK", (await SendAsync(server, "/open", $"http://{host}/open", host)).Code);
        Assert.Equal("OK", (await SendAsync(server, "/open", "http://tracker.example/open", "tracker.example")).Code);
        Assert.Equal("BAD_SIGNATURE", (await SendAsync(server, "/open", $"http://{host}/open", "tracker.example")).Code);
    }

    [Fact]
    public async Task A_request_of_HTTP_1_0_without_Host_is_refused()
    {
        await using KestrelServer server = await TestProvider.StartAsync();
        string headers = string.Concat(TrustedRequests.Issue(server.Origin + "/open").Enumerate().Select(header => $"{header.Key}: {header.Value}\r\n"));

        Answer answer = await RawHttp.SendAsync(server.EndPoint, $"GET /open HTTP/1.0\r\n{headers}\r\n");

        Assert.Equal("BAD_URL", answer.Code);
    }

    [Fact]
    public async Task A_header_that_came_twice_is_refused_even_with_one_value()
    {
        await using KestrelServer server = await TestProvider.StartAsync(options => options.Applications.Add(TestProvider.Trust(TestKeys.Wiki, "2", "warwick")));

        foreach (ProtocolVersion version in new[] { ProtocolVersion.Atlassian2, ProtocolVersion.Warwick })
        {
            AssertionHeaders headers = TrustedRequests.Issue(server.Origin + "/open", version: version);
            foreach (KeyValuePair<string, string> header in headers.Enumerate())
            {
                Answer answer = await RawHttp.SendAsync(server.EndPoint, RawHttp.Request(
                    "GET /open", server.EndPoint.ToString(), [.. headers.Enumerate(), new(header.Key.ToUpperInvariant(), header.Value)]));

                string? message = answer["X-Seraph-Trusted-App-Error"] ?? $"{answer["X-Trusted-App-Error-Code"]}: {answer["X-Trusted-App-Error-Message"]}";
                Assert.Contains(message, new[]
                {
                    $"SYSTEM;\tThe header {{0}} came more than once;\t[\"{header.Key}\"]",
                    $"SYSTEM: The header {header.Key} came more than once",
                });
            }
        }
    }

    [Fact]
    public async Task Headers_of_both_dialects_are_refused()
    {
        await using KestrelServer server = await TestProvider.StartAsync(options => options.Applications.Add(TestProvider.Trust(TestKeys.Wiki, "3", "warwick")));
        AssertionHeaders one = TrustedRequests.Issue(server.Origin + "/open"), other = TrustedRequests.Issue(server.Origin + "/open", version: ProtocolVersion.Warwick);

        Answer both = await new HttpRequestMessage(HttpMethod.Get, server.Origin + "/open").With(one).With(other).SendAsync();
        Answer trace = await new HttpRequestMessage(HttpMethod.Get, server.Origin + "/open").With(other).With("X-Seraph-Trusted-App-Version", "3").SendAsync();

        Assert.Equal("SYSTEM", both.Code);
        Assert.Equal("SYSTEM", trace.Code ?? trace["X-Trusted-App-Error-Code"]);
    }

    [Theory]
    [InlineData("X-Seraph-Trusted-App-Cert", "SYSTEM")]
    [InlineData("X-Seraph-Trusted-App-Signature", "BAD_SIGNATURE")]
    [InlineData("X-Seraph-Trusted-App-ID", "APP_UNKNOWN")]
    [InlineData("X-Seraph-Trusted-App-Version", "BAD_PROTOCOL_VERSION")]
    public async Task A_huge_header_is_refused_and_its_value_cut(string name, string code)
    {
        await using KestrelServer server = await TestProvider.StartAsync();

        Answer answer = await server.Request("/open").With(name, new string('A', 24_000)).SendAsync();

        Assert.Equal(code, answer.Code);
        Assert.InRange(answer["X-Seraph-Trusted-App-Error"]!.Length, 1, 400);
    }

    [Theory]
    [InlineData("/open/public/%7Efred", "OK")]
    [InlineData("/open/public/x?q=/../..%2f", "OK")]
    [InlineData("/open/%70ublic", "OK")]
    [InlineData("/open/public2", "BAD_URL")]
    [InlineData("/open/publi", "BAD_URL")]
    [InlineData("/open/Public", "BAD_URL")]
    [InlineData("/open/public/../secret", "BAD_URL")]
    [InlineData("/open/secret/../public", "BAD_URL")]
    [InlineData("/open/public/%2e%2e/secret", "BAD_URL")]
    [InlineData("/open/public/..%2fsecret", "BAD_URL")]
    [InlineData("/open/public%2fsecret", "BAD_URL")]
    [InlineData("/open/public/%5c..%5csecret", "BAD_URL")]
    [InlineData("/open/public/..\\secret", "BAD_URL")]
    [InlineData("/open/public;x", "BAD_URL")]
    [InlineData("/open/public/%3bx", "BAD_URL")]
    [InlineData("/open//public", "BAD_URL")]
    [InlineData("/open/public//x", "BAD_URL")]
    [InlineData("/open/public/%252e%252e/secret", "BAD_URL")]
    [InlineData("/open/public/%0ax", "BAD_URL")]
    [InlineData("/open/public/%ff", "BAD_URL")]
    [InlineData("/open/public/%c0%ae", "BAD_URL")]
    [InlineData("/open/public/%zz", "BAD_URL")]
    public async Task Patterns_match_only_paths_that_have_one_reading(string target, string code)
    {
        await using KestrelServer server = await TestProvider.StartAsync(options => options.Applications.Add(TestProvider.TrustBelow("/open/public")));

        Assert.Equal(code, (await SendAsync(server, target, server.Origin + target)).Code);
    }

    [Theory]
    [InlineData("GET", "OK")]
    [InlineData("HEAD", "OK")]
    [InlineData("POST", "BAD_METHOD")]
    [InlineData("DELETE", "BAD_METHOD")]
    [InlineData("get", "BAD_METHOD")]
    [InlineData("BREW", "BAD_METHOD")]
    public async Task The_method_is_that_of_the_request_line(string method, string code)
    {
        await using KestrelServer server = await TestProvider.StartAsync();

        Assert.Equal(code, (await SendAsync(server, "/open", server.Origin + "/open", method: method)).Code);
    }

    [Fact]
    public async Task The_address_is_the_connection_s_and_forwarded_ones_are_checked_where_asked_for()
    {
        await using KestrelServer server = await TestProvider.StartAsync(options =>
        {
            TrustedApplicationOptions here = TestProvider.Trust(TestKeys.Wiki), elsewhere = TestProvider.Trust(TestKeys.Blog);
            here.Addresses[0] = "127.0.0.0/8";
            here.CheckForwardedFor = true;
            elsewhere.Addresses[0] = "10.*.*.*";
            options.Applications.Add(here);
            options.Applications.Add(elsewhere);
        });

        Assert.Equal("OK", (await server.Request("/open").SendAsync()).Code);
        Assert.Equal("OK", (await server.Request("/open").With("X-Forwarded-For", "127.0.0.9, ::ffff:127.0.0.1").SendAsync()).Code);
        Assert.Equal("BAD_XFORWARD_IP", (await server.Request("/open").With("X-Forwarded-For", "127.0.0.9, 10.0.0.1").SendAsync()).Code);
        Assert.Equal("BAD_XFORWARD_IP", (await server.Request("/open").With("X-Forwarded-For", "unknown").SendAsync()).Code);
        Assert.Equal("BAD_REMOTE_IP", (await server.Request("/open", keys: TestKeys.Blog).SendAsync()).Code);
    }

    [Fact]
    public async Task Behind_a_proxy_the_address_is_what_the_middleware_made_of_it()
    {
        await using KestrelServer server = await TestProvider.StartAsync(
            options =>
            {
                TrustedApplicationOptions trust = TestProvider.Trust(TestKeys.Wiki);
                trust.Addresses[0] = "10.1.2.3";
                options.Applications.Add(trust);
            },
            map: app =>
            {
                app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor });
                app.UseAuthentication();
                app.UseAuthorization();
            });

        Assert.Equal("OK", (await server.Request("/open").With("X-Forwarded-For", "10.1.2.3").SendAsync()).Code);
        Assert.Equal("BAD_REMOTE_IP", (await server.Request("/open").With("X-Forwarded-For", "10.1.2.3, 10.9.9.9").SendAsync()).Code);
        Assert.Equal("BAD_REMOTE_IP", (await server.Request("/open").SendAsync()).Code);
    }

    internal static Task<Answer> SendAsync(KestrelServer server, string target, string signedUrl, string? host = null, string method = "GET") =>
        RawHttp.SendAsync(server.EndPoint, RawHttp.Request(
            $"{method} {target}", host ?? server.EndPoint.ToString(), TrustedRequests.Issue(signedUrl).Enumerate()));

    private static Task<KestrelServer> StartLocalhostAsync() => KestrelServer.StartAsync(
        (builder, origin) => builder.Services.AddAuthentication(TrustedAppsDefaults.AuthenticationScheme).AddTrustedApps(options =>
        {
            options.BaseUrls.Add(origin.Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
            options.BaseUrls.Add("http://tracker.example");
            options.Applications.Add(TestProvider.Trust(TestKeys.Wiki));
        }),
        app => app.Map("/open", TestProvider.Who));
}
