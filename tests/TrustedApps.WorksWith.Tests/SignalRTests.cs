using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Client;

namespace TrustedApps.WorksWith.Tests;

public sealed class SignalRTests
{
    [Fact]
    public async Task The_programs_of_the_page_work()
    {
        await using Page page = await Page.OpenAsync("signalr");
        await page.StartProviderAsync();
        Assert.Equal(page.Printed(), await page.RunConsumerAsync());
    }

    [Fact]
    public async Task With_all_transports_allowed_the_client_falls_back()
    {
        await using Page page = await Page.OpenAsync("signalr");
        await page.StartProviderAsync();
        await using HubConnection connection = Connect(page, HttpTransports.All);
        await connection.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal("issue 7 for fred", await connection.InvokeAsync<string>("Read", 7, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task With_WebSockets_alone_there_is_no_connection()
    {
        await using Page page = await Page.OpenAsync("signalr");
        await page.StartProviderAsync();
        await using HubConnection connection = Connect(page, HttpTransportType.WebSockets);
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => connection.StartAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("Unable to connect to the server with any of the available transports. (WebSockets failed: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("401", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpTransportType.LongPolling)]
    [InlineData(HttpTransportType.ServerSentEvents)]
    public async Task Where_proofs_are_required_content_must_be_left_out_of_them(HttpTransportType transport)
    {
        await using Page page = await Page.OpenAsync("signalr");
        await page.StartProviderAsync();
        await using HubConnection strict = Connect(page, transport, options => options.RequireResponseProof = true);
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => strict.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("AllowUnprovenContent takes content", failure.Message, StringComparison.Ordinal);
        await using HubConnection connection = Connect(page, transport, options => options.RequireResponseProof = options.AllowUnprovenContent = true);
        await connection.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal("issue 7 for fred", await connection.InvokeAsync<string>("Read", 7, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_Authorize_a_connection_over_WebSockets_is_anonymous()
    {
        await using KestrelServer tracker = await Version4.StartAsync(
            services: services => services.AddSignalR(), after: app => app.MapHub<OpenHub>("/issues"), mapsCertificate: true);
        using var keys = new TestKeyFile(TestKeys.Tracker);
        var services = new ServiceCollection();
        services.AddHttpClient("tracker").AddTrustedApp(options =>
        {
            options.BaseUrl = tracker.Origin;
            options.Keys = TestKeys.Wiki;
            options.ProviderCertificateFile = keys.CertificatePath;
            options.CurrentUser = () => "fred";
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        IHttpMessageHandlerFactory handlers = provider.GetRequiredService<IHttpMessageHandlerFactory>();
        foreach ((HttpTransportType transport, string user) in new[] { (HttpTransportType.WebSockets, ""), (HttpTransportType.LongPolling, "fred") })
        {
            await using HubConnection connection = new HubConnectionBuilder()
                .WithUrl(tracker.Origin + "/issues", options =>
                {
                    options.Transports = transport;
                    options.HttpMessageHandlerFactory = _ => handlers.CreateHandler("tracker");
                })
                .Build();
            await connection.StartAsync(TestContext.Current.CancellationToken);
            Assert.Equal(user, await connection.InvokeAsync<string>("Who", TestContext.Current.CancellationToken));
        }
    }

    private static HubConnection Connect(Page page, HttpTransportType transports, Action<TrustedAppClientOptions>? configure = null) => new HubConnectionBuilder()
        .WithUrl(page.BaseUrl + "/issues", options =>
        {
            options.Transports = transports;
            options.HttpMessageHandlerFactory = _ => page.CreateHandler(client =>
            {
                client.CurrentUser = () => "fred";
                configure?.Invoke(client);
            });
        })
        .Build();

    private sealed class OpenHub : Hub
    {
        public string Who() => Context.User?.Identity?.Name ?? "";
    }
}
