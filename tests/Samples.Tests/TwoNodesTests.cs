using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using TrustedApps;

namespace Samples.Tests;

public sealed class TwoNodesTests(TwoNodes nodes) : IClassFixture<TwoNodes>
{
    [Fact]
    public async Task Two_nodes_that_start_at_once_have_the_same_keys()
    {
        string fingerprint = await nodes.One.ReadFingerprintAsync();

        Assert.NotEmpty(fingerprint);
        Assert.Equal(fingerprint, await nodes.Two.ReadFingerprintAsync());
        string read = await Tool.RunAsync("certificate", "read", nodes.One.Origin);
        Assert.Contains(fingerprint.Replace(" ", "", StringComparison.Ordinal), read.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_through_nginx_is_accepted_once_by_whichever_node()
    {
        await using TrustedBlog blog = await nodes.MakeBlogAsync("blog:nginx");
        AssertionHeaders headers = blog.Issue();

        Assert.Equal((200, "OK"), await AskNginxAsync(headers));
        Assert.Equal((401, "REPLAYED"), await AskNginxAsync(headers)); // by the other: nginx asks them in turn
    }

    [Fact]
    public async Task Behind_nginx_the_address_is_that_of_who_asks_nginx()
    {
        await using TrustedBlog blog = await nodes.MakeBlogAsync("blog:address");

        Assert.Equal((401, "BAD_REMOTE_IP"), await AskNginxAsync(blog.Issue(), from: "127.0.0.3"));
        Assert.Equal((200, "OK"), await AskNginxAsync(blog.Issue(), from: "127.0.0.1")); // where the trust has it
    }

    [Fact]
    public async Task Of_200_identical_requests_to_both_at_once_one_is_accepted()
    {
        await using TrustedBlog blog = await nodes.MakeBlogAsync("blog:identical");
        AssertionHeaders headers = blog.Issue();

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => TrustedBlog.SendAsync(headers, number % 2 == 0 ? nodes.One.Origin : nodes.Two.Origin)));

        Assert.Equal([(200, "OK", 1), (401, "REPLAYED", 199)], answers.GroupBy(answer => (answer.Status, answer.Code)).OrderBy(same => same.Key.Status).Select(same => (same.Key.Status, same.Key.Code!, same.Count())));
    }

    [Theory]
    [InlineData("pages")]
    [InlineData("tool")]
    public async Task What_is_revoked_elsewhere_is_refused_within_two_seconds(string by)
    {
        await using TrustedBlog blog = await nodes.MakeBlogAsync($"blog:revoked-by-{by}");
        using var administrator = new Person();
        Assert.Equal(302, (await administrator.LogInAsAdministratorAsync(nodes.One.Origin)).Status);

        if (by == "tool") await Tool.RunAsync("trust", "remove", blog.Id, "--store", nodes.Store, "--yes");
        else Assert.Equal(200, (await administrator.PostAsync($"{nodes.One.Origin}/trusted-apps/api/trusts/{Uri.EscapeDataString(blog.Id)}/suspend")).Status);
        var elapsed = Stopwatch.StartNew();
        TimeSpan lastAccepted = TimeSpan.Zero;
        while (true)
        {
            TimeSpan asked = elapsed.Elapsed;
            Answer answer = await blog.AskAsync(nodes.Two.Origin);
            if (answer.Code == "APP_UNKNOWN") break;
            Assert.Contains(answer.Code, (string?[])["OK", "UNAVAILABLE"]); // the latter on a machine so busy that the node has not heard of the database
            if (answer.Code == "OK") lastAccepted = asked;
            Assert.True(elapsed.Elapsed < TimeSpan.FromSeconds(60), "It is never refused.");
        }

        Assert.InRange(lastAccepted, TimeSpan.Zero, TimeSpan.FromSeconds(2)); // what is promised
        await blog.AskUntilAsync(nodes.One.Origin, "APP_UNKNOWN", by == "tool" ? ["OK", "UNAVAILABLE"] : ["UNAVAILABLE"]);
        Answer list = await administrator.GetAsync($"{nodes.Two.Origin}/trusted-apps"); // with the session of the other node
        Assert.Equal((200, by == "pages"), (list.Status, list.Body.Contains(blog.Id, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_node_that_is_started_again_knows_what_it_knew_and_what_the_other_accepted()
    {
        await using TrustedBlog blog = await nodes.MakeBlogAsync("blog:restart");
        string fingerprint = await nodes.Two.ReadFingerprintAsync();
        AssertionHeaders mine = await blog.AskUntilAsync(nodes.Two.Origin, "OK", "UNAVAILABLE");
        await nodes.Two.KillAsync();
        AssertionHeaders others = await blog.AskUntilAsync(nodes.One.Origin, "OK", "UNAVAILABLE");
        await nodes.Two.StartAsync();

        Assert.Equal(fingerprint, await nodes.Two.ReadFingerprintAsync());
        Assert.Equal("REPLAYED", (await TrustedBlog.SendAsync(mine, nodes.Two.Origin)).Code);
        Assert.Equal("REPLAYED", (await TrustedBlog.SendAsync(others, nodes.Two.Origin)).Code);
        await blog.AskUntilAsync(nodes.Two.Origin, "OK", "UNAVAILABLE");
    }

    [Fact]
    public async Task While_PostgreSQL_is_stopped_everything_is_refused_and_afterwards_accepted_again()
    {
        await using TrustedBlog blog = await nodes.MakeBlogAsync("blog:outage");
        await using var load = new SteadyLoad(blog, [nodes.One.Origin, nodes.Two.Origin]);
        await load.AcceptedSomeAsync();

        await nodes.Cluster.StopAsync(StopMode.Immediate); // as if the power went
        TimeSpan stopped = load.Elapsed;
        await load.GoesOnUntilAsync(stopped + TimeSpan.FromSeconds(10));
        TimeSpan starting = load.Elapsed;
        await nodes.Cluster.StartAgainAsync();
        await load.AcceptedSomeAsync();
        IReadOnlyList<SentRequest> all = await load.EndAsync();

        SentRequest[] meanwhile = [.. all.Where(request => request.Sent >= stopped && request.Answered <= starting)];
        Assert.InRange(meanwhile.Length, 50, int.MaxValue);
        Assert.Equal([(503, "UNAVAILABLE", true)], meanwhile.SelectMany(request => request.Answers).Select(answer => (answer.Status, answer.Code!, answer["Retry-After"] is not null)).Distinct());
        Assert.Empty(all.Except(meanwhile).SelectMany(request => request.Answers).Select(answer => answer.Code).Except(["OK", "REPLAYED", "UNAVAILABLE"]));
        Assert.Equal(1, all.Max(request => request.Answers.Count(answer => answer.Code == "OK")));

        await blog.AskUntilAsync(nodes.One.Origin, "OK", "UNAVAILABLE");
        await blog.AskUntilAsync(nodes.Two.Origin, "OK", "UNAVAILABLE");
        foreach (SentRequest accepted in all.Where(request => request.Answers.Any(answer => answer.Code == "OK")))
        {
            foreach (string node in (string[])[nodes.One.Origin, nodes.Two.Origin])
            {
                Assert.Contains((await TrustedBlog.SendAsync(accepted.Headers, node)).Code, (string?[])["REPLAYED", "UNAVAILABLE", "OLD_CERT"]);
            }
        }
    }

    private async Task<(int Status, string? Code)> AskNginxAsync(AssertionHeaders headers, string from = "127.0.0.1")
    {
        var handler = (SocketsHttpHandler)Nginx.CreateHandler();
        handler.ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        };
        using var client = new HttpClient(handler);
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, nodes.Origin + "/rest/api/issues?q=release").With(headers);
        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Answer answer = await Answer.OfAsync(response);
        return (answer.Status, answer.Code);
    }
}
