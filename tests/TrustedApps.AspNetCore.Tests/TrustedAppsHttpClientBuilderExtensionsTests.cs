using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore.Tests.Responses;
using TrustedApps.Client;
using TrustedApps.Replay;

namespace TrustedApps.AspNetCore.Tests;

/// <summary>The wiki asks the tracker, and the tracker asks the blog.</summary>
public sealed class TrustedAppsHttpClientBuilderExtensionsTests
{
    private static readonly Lazy<TestKeyFile> _blogKeys = new(() => new TestKeyFile(TestKeys.Blog));
    private static readonly Lazy<TestKeyFile> _trackerKeys = new(() => new TestKeyFile(TestKeys.Tracker));

    [Theory]
    [AtEachEntrance]
    public async Task The_chain_is_passed_on(Entrance entrance)
    {
        await using KestrelServer blog = await StartBlogAsync();
        await using KestrelServer tracker = await StartTrackerAsync(blog, entrance);
        var wiki = new ProofPeer(tracker);

        ProvenAnswer direct = await wiki.SendAsync("/ask", more: "");
        ProvenAnswer longer = await wiki.SendAsync("/ask", more: ",\"act\":{\"sub\":\"wiki\",\"act\":{\"sub\":\"shop:1\"}}");

        Assert.Equal("fred by tracker asked by wiki", direct.Text);
        Assert.Equal("fred by tracker asked by wiki, shop:1", longer.Text);
    }

    [Fact]
    public async Task Without_the_option_nothing_is_passed_on()
    {
        await using KestrelServer blog = await StartBlogAsync();
        await using KestrelServer tracker = await StartTrackerAsync(blog, isForwarded: false);

        ProvenAnswer answer = await new ProofPeer(tracker).SendAsync("/ask", more: "");

        Assert.Equal("fred by tracker asked by ", answer.Text);
    }

    [Fact]
    public async Task Nothing_is_passed_on_where_no_trusted_request_is_served()
    {
        await using KestrelServer blog = await StartBlogAsync();
        await using KestrelServer tracker = await StartTrackerAsync(blog);

        Answer ordinary = await tracker.GetAsync("/ask");
        string background = await AskAsync(tracker.Services, request => request.OnBehalfOf("fred"));

        Assert.Equal("fred by tracker asked by ", ordinary.Body);
        Assert.Equal("fred by tracker asked by ", background);
    }

    [Fact]
    public async Task A_request_of_the_application_itself_has_no_chain()
    {
        await using KestrelServer blog = await StartBlogAsync();
        await using KestrelServer tracker = await StartTrackerAsync(blog);

        ProvenAnswer answer = await new ProofPeer(tracker).SendAsync("/ask-as-itself", more: "");

        Assert.Equal(" by tracker asked by ", answer.Text);
    }

    [Fact]
    public async Task A_request_can_say_that_it_is_not_passed_on()
    {
        await using KestrelServer blog = await StartBlogAsync();
        await using KestrelServer tracker = await StartTrackerAsync(blog);

        ProvenAnswer answer = await new ProofPeer(tracker).SendAsync("/ask-for-barney-anew", more: "");

        Assert.Equal("barney by tracker asked by ", answer.Text);
    }

    [Theory]
    [InlineData("/ask-for-barney", "", "The outgoing request is on behalf of 'barney', but the trusted request that is being served is of 'fred'.")]
    [InlineData("/ask", ",\"act\":{\"sub\":\"wiki\",\"act\":{\"sub\":\"tracker\"}}", "The request cannot be passed on: one application is twice in its chain (tracker <- wiki <- tracker), so applications ask each other in a loop.")]
    [InlineData("/ask", ",\"act\":{\"sub\":\"wiki\",\"act\":{\"sub\":\"b\",\"act\":{\"sub\":\"c\",\"act\":{\"sub\":\"d\"}}}}", "The request cannot be passed on: it came through 4 applications (tracker <- wiki <- b <- c <- d), and 3 are allowed.")]
    public async Task A_chain_for_another_user_a_loop_or_a_long_chain_ends_with_an_exception(string path, string more, string problem)
    {
        await using KestrelServer blog = await StartBlogAsync();
        await using KestrelServer tracker = await StartTrackerAsync(blog);

        ProvenAnswer answer = await new ProofPeer(tracker).SendAsync(path, more: more);

        Assert.StartsWith(problem, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_chain_of_an_application_that_acts_as_itself_is_for_no_user()
    {
        await using KestrelServer blog = await StartBlogAsync();
        await using KestrelServer tracker = await StartTrackerAsync(blog);

        ProvenAnswer answer = await new ProofPeer(tracker).SendAsync("/ask", more: "", sub: "");

        Assert.StartsWith(
            "The outgoing request is on behalf of 'fred', but the trusted request that is being served is of an application that acts as itself.", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_needs_AddTrustedApp_before()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("shop").AddTrustedApp(_ => { });
        IHttpClientBuilder client = services.AddHttpClient("blog");

        var stopped = Assert.Throws<InvalidOperationException>(() => client.ForwardDelegation());

        Assert.Equal("ForwardDelegation has no effect on the client 'blog', because its requests are not trusted ones. Call AddTrustedApp first.", stopped.Message);
    }

    [Fact]
    public async Task Twice_is_as_once()
    {
        await using KestrelServer blog = await StartBlogAsync();
        await using KestrelServer tracker = await StartTrackerAsync(blog, after: client => client.ForwardDelegation());

        Assert.Equal("fred by tracker asked by wiki", (await new ProofPeer(tracker).SendAsync("/ask", more: "")).Text);
    }

    [Fact]
    public async Task It_does_not_go_with_actors_from_elsewhere()
    {
        await using KestrelServer blog = await StartBlogAsync();

        var stopped = await Assert.ThrowsAsync<InvalidOperationException>(() => StartTrackerAsync(blog, configure: options => options.CurrentActors = _ => []));

        Assert.StartsWith("The client 'blog' has both ForwardDelegation and CurrentActors.", stopped.Message, StringComparison.Ordinal);
    }

    // Says who asks, and for whom.
    private static Task<KestrelServer> StartBlogAsync() => KestrelServer.StartAsync(
        (builder, origin) =>
        {
            builder.Services.AddSingleton<IReplayCache>(Version4.NewMemory());
            builder.Services.AddAuthorization();
            builder.Services.AddAuthentication(TrustedAppsDefaults.AuthenticationScheme).AddTrustedApps(options =>
            {
                options.Keys = _blogKeys.Value.Path;
                options.BaseUrls.Add(origin);
                options.Applications.Add(Version4.Trust(trust =>
                    (trust.CertificateFile, trust.AllowDelegation, trust.AllowSelf) = (_trackerKeys.Value.CertificatePath, true, true)));
            });
        },
        app => app.MapGet("/who", (HttpContext context) =>
            $"{context.User.Identity!.Name} by {context.User.FindFirst(TrustedAppsClaimTypes.ApplicationId)!.Value} asked by {string.Join(", ", context.User.FindAll(TrustedAppsClaimTypes.Actor).Select(claim => claim.Value))}")
            .RequireAuthorization(policy => policy.RequireTrustedApp("tracker")));

    private static Task<KestrelServer> StartTrackerAsync(
        KestrelServer blog, Entrance entrance = Entrance.Handler, bool isForwarded = true, Action<TrustedAppClientOptions>? configure = null,
        Action<IHttpClientBuilder>? after = null) => Version4.StartAsync(
        options => options.Applications.Add(Version4.Trust(trust => (trust.AllowDelegation, trust.AllowSelf) = (true, true))),
        services =>
        {
            IHttpClientBuilder client = services
                .AddHttpClient("blog", http => http.BaseAddress = new Uri($"{blog.Origin}/"))
                .AddTrustedApp(options =>
                {
                    (options.BaseUrl, options.Keys, options.ProviderCertificateFile) = (blog.Origin, TestKeys.Tracker, _blogKeys.Value.CertificatePath);
                    options.RefreshProviderCertificate = false;
                    configure?.Invoke(options);
                });
            if (isForwarded) client.ForwardDelegation();
            after?.Invoke(client);
        },
        after: app =>
        {
            app.MapGet("/ask", (IServiceProvider provider) => AskAsync(provider, request => request.OnBehalfOf("fred")));
            app.MapGet("/ask-for-barney", (IServiceProvider provider) => AskAsync(provider, request => request.OnBehalfOf("barney")));
            app.MapGet("/ask-for-barney-anew", (IServiceProvider provider) => AskAsync(provider, request => request.OnBehalfOf("barney").PassedOnBy([])));
            app.MapGet("/ask-as-itself", (IServiceProvider provider) => AskAsync(provider, request => request.OnOwnBehalf()));
        },
        entrance: entrance);

    private static async Task<string> AskAsync(IServiceProvider services, Action<HttpRequestMessage> configure)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "who");
        configure(request);
        try
        {
            using HttpResponseMessage response = await services.GetRequiredService<IHttpClientFactory>().CreateClient("blog").SendAsync(request);
            return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync() : $"{response.StatusCode} {(await Answer.OfAsync(response)).Code}";
        }
        catch (InvalidOperationException stopped)
        {
            return stopped.Message;
        }
    }
}
