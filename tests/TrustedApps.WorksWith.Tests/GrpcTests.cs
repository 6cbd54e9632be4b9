using Grpc.Core;
using Grpc.Net.Client;
using IssueTracking;
using TrustedApps.Client;

namespace TrustedApps.WorksWith.Tests;

public sealed class GrpcTests
{
    private static readonly string[] _settings =
        ["--Kestrel:EndpointDefaults:Protocols", "Http2", "--Authentication:Schemes:TrustedApps:Applications:0:AllowUnboundContent", "true"];

    [Fact]
    public void The_page_has_the_contract_that_is_compiled_here() => Assert.Equal(
        Repository.Read("tests/TrustedApps.WorksWith.Tests/issues.proto").TrimEnd(), Assert.Single(CodeBlock.Read($"{Page.Folder}/grpc.md", "proto")).Code.TrimEnd());

    [Fact]
    public async Task The_programs_of_the_page_work()
    {
        await using Page page = await Page.OpenAsync("grpc");
        await page.StartProviderAsync(arguments: _settings);
        Assert.Equal(page.Printed(), await page.RunConsumerAsync());
    }

    [Fact]
    public async Task A_duplex_call_of_bound_content_hangs_and_the_log_says_why()
    {
        await using Page page = await Page.OpenAsync("grpc");
        await page.StartProviderAsync(arguments: _settings);
        var clock = ManualTimeProvider.OfToday();
        using GrpcChannel channel = ChannelOf(page, page.CreateClient(options => options.CurrentUser = () => "fred", time: clock));
        using var ended = new CancellationTokenSource();
        using AsyncDuplexStreamingCall<Issue, Issue> discussion = new Issues.IssuesClient(channel).Discuss(cancellationToken: ended.Token);
        Task write = discussion.RequestStream.WriteAsync(new Issue { Text = "ping" }, TestContext.Current.CancellationToken);
        Task<bool> answer = discussion.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
        Task<LogLine> warning = page.Logs.FirstAsync("ContentTakesLong");
        while (!warning.IsCompleted) // the call may begin to wait at any moment
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(warning, Task.Delay(5, TestContext.Current.CancellationToken));
        }

        Assert.Contains("AllowUnboundContent", (await warning).Message, StringComparison.Ordinal);
        Assert.Contains("gRPC duplex", (await warning).Message, StringComparison.Ordinal);
        Assert.False(answer.IsCompleted);
        await ended.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => answer)).StatusCode);
        await write.ContinueWith(_ => { }, TaskScheduler.Default); // however it ends
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refusal_is_Unauthenticated(bool throws)
    {
        await using Page page = await Page.OpenAsync("grpc");
        await page.StartProviderAsync(arguments: _settings);
        using GrpcChannel channel = ChannelOf(page, page.CreateClient(options => (options.CurrentUser, options.ThrowOnRejection) = (() => "mallory", throws)));
        RpcException refused = await Assert.ThrowsAsync<RpcException>(async () => await new Issues.IssuesClient(channel).GetAsync(new Issue(), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(throws ? StatusCode.Internal : StatusCode.Unauthenticated, refused.StatusCode);
        Assert.Equal(throws, refused.Status.DebugException is TrustedAppException);
    }

    [Fact]
    public async Task All_four_kinds_work_where_responses_must_be_proven()
    {
        await using Page page = await Page.OpenAsync("grpc");
        await page.StartProviderAsync(arguments: _settings);
        using GrpcChannel channel = ChannelOf(page, page.CreateClient(options =>
        {
            options.CurrentUser = () => "fred";
            options.RequireResponseProof = options.AllowUnboundContent = true;
        }));
        var client = new Issues.IssuesClient(channel);
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Assert.Equal("one of fred", (await client.GetAsync(new Issue { Text = "one" }, cancellationToken: cancellation)).Text);

        using AsyncServerStreamingCall<Issue> list = client.List(new Issue { Text = "each" }, cancellationToken: cancellation);
        Assert.Equal(2, await list.ResponseStream.ReadAllAsync(cancellation).CountAsync(cancellation));

        using AsyncClientStreamingCall<Issue, Issue> import = client.Import(cancellationToken: cancellation);
        await import.RequestStream.WriteAsync(new Issue(), cancellation);
        await import.RequestStream.CompleteAsync();
        Assert.Equal("1 issues of fred", (await import).Text);

        using AsyncDuplexStreamingCall<Issue, Issue> discussion = client.Discuss(deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(20), cancellationToken: cancellation);
        foreach (string text in new[] { "ping", "pong" })
        {
            await discussion.RequestStream.WriteAsync(new Issue { Text = text }, cancellation);
            Assert.True(await discussion.ResponseStream.MoveNext(cancellation));
            Assert.Equal($"{text} of fred", discussion.ResponseStream.Current.Text);
        }

        await discussion.RequestStream.CompleteAsync();
        Assert.False(await discussion.ResponseStream.MoveNext(cancellation));
    }

    private static GrpcChannel ChannelOf(Page page, HttpClient client) => GrpcChannel.ForAddress(page.BaseUrl, new GrpcChannelOptions { HttpClient = client, DisposeHttpClient = true });
}
