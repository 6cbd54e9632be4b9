using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore;
using TrustedApps.Certificates;
using TrustedApps.Client;

namespace TrustedApps.IntegrationTests;

/// <summary>One named client fetches every certificate: behind a proxy, from a server of a private authority.</summary>
public sealed class CertificateTransportTests : IDisposable
{
    private const string Host = "apps.invalid";

    private readonly PrivateAuthority _authority = new(Host);
    private readonly ManualTimeProvider _clock = ManualTimeProvider.OfToday();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task A_consumer_fetches_its_provider_certificate_by_the_named_client_at_first_and_again()
    {
        await using KestrelServer tracker = await ServeAsync(TestKeys.Tracker);
        await using var proxy = new ForwardProxy(tracker.EndPoint);
        using var wiki = Consumer.OfVersion4(
            $"https://{Host}", before: builder => Configure(builder.Services, proxy), after: builder => builder.ConfigurePrimaryHttpMessageHandler(() => new NoProvider()), time: _clock);

        await wiki.GetAsync($"https://{Host}/");
        Assert.Equal([$"CONNECT {Host}:443"], proxy.Requests);
        _clock.Advance(TimeSpan.FromHours(24));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (proxy.Requests.Count < 2) Assert.False(patience.IsCancellationRequested, "The certificate was not fetched again.");

        Assert.All(proxy.Requests, request => Assert.Equal($"CONNECT {Host}:443", request));
    }

    [Fact]
    public async Task A_provider_fetches_certificates_of_its_configuration_by_the_named_client()
    {
        await using KestrelServer wiki = await ServeAsync(TestKeys.Wiki);
        await using var proxy = new ForwardProxy(wiki.EndPoint);

        await using KestrelServer tracker = await Version4.StartAsync(
            options =>
            {
                options.AllowPrivateAddresses = false; // the proxy's address is the administrator's choice
                options.Applications.Add(Fetched());
            },
            services => Configure(services, proxy));
        await tracker.Logs.FirstAsync("TrustReady");

        Assert.Equal("OK", (await tracker.Trusted("/closed").SendAsync()).Code);
        Assert.Equal([$"CONNECT {Host}:443"], proxy.Requests);
    }

    [Fact]
    public async Task Without_the_authority_nothing_is_fetched_and_without_a_proxy_the_message_says_so()
    {
        await using KestrelServer wiki = await ServeAsync(TestKeys.Wiki);
        await using var proxy = new ForwardProxy(wiki.EndPoint);

        await using KestrelServer untrusting = await Version4.StartAsync(
            options => options.Applications.Add(Fetched()),
            services => services.AddTrustedAppCertificateClient().UseSocketsHttpHandler((handler, _) => handler.Proxy = new WebProxy(proxy.Url)));
        await using KestrelServer direct = await Version4.StartAsync(options => options.Applications.Add(Fetched()));

        Assert.Contains("cannot be fetched", (await untrusting.Logs.FirstAsync("TrustAwaited")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "No proxy was used. If this host needs one, set it on the HttpClient 'TrustedApps.Certificates'",
            (await direct.Logs.FirstAsync("TrustAwaited")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_configuration_loosens_the_rules_for_addresses_redirects_and_cookies()
    {
        await using KestrelServer server = await KestrelServer.StartAsync((_, _) => { }, app => app.MapGet(ApplicationCertificate.Path, context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        }));
        await using ServiceProvider services = new ServiceCollection()
            .AddTrustedAppCertificateClient()
            .UseSocketsHttpHandler((handler, _) => (handler.AllowAutoRedirect, handler.UseCookies, handler.UseProxy) = (true, true, true))
            .Services.BuildServiceProvider();
        IHttpClientFactory factory = services.GetRequiredService<IHttpClientFactory>();
        using var allowing = new CertificateClient(new CertificateClientOptions { HttpClientFactory = factory });
        using var forbidding = new CertificateClient(new CertificateClientOptions { HttpClientFactory = factory, AllowPrivateAddresses = false });

        await Assert.ThrowsAsync<CertificateException>(() => allowing.FetchAsync(new Uri(server.Origin), TestContext.Current.CancellationToken));
        var refused = await Assert.ThrowsAsync<CertificateException>(() => forbidding.FetchAsync(new Uri(server.Origin), TestContext.Current.CancellationToken));

        Assert.Contains("no address that certificates may be fetched from", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_configuration_of_all_clients_sends_credentials_or_connects_by_itself()
    {
        string[] sent = [];
        bool hasConnected = false;
        await using KestrelServer server = await KestrelServer.StartAsync((_, _) => { }, app => app.MapGet(ApplicationCertificate.Path, context =>
        {
            sent = [.. context.Request.Headers.Keys];
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        }));
        await using ServiceProvider services = new ServiceCollection()
            .ConfigureHttpClientDefaults(builder => builder
                .ConfigureHttpClient(client =>
                {
                    client.DefaultRequestHeaders.Add("Authorization", "Bearer secret");
                    client.DefaultRequestHeaders.Add("Proxy-Authorization", "Basic secret");
                })
                .AddHttpMessageHandler(() => new CookieHandler())
                .UseSocketsHttpHandler((handler, _) => handler.ConnectCallback = (_, _) =>
                {
                    hasConnected = true;
                    throw new IOException("unchecked");
                }))
            .AddTrustedAppCertificateClient()
            .Services.BuildServiceProvider();
        using var client = new CertificateClient(new CertificateClientOptions { HttpClientFactory = services.GetRequiredService<IHttpClientFactory>() });

        var refused = await Assert.ThrowsAsync<CertificateException>(() => client.FetchAsync(new Uri(server.Origin), TestContext.Current.CancellationToken));

        Assert.Equal((404, false), (refused.StatusCode, hasConnected));
        Assert.Equal(["Host"], sent);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handler_whose_connections_cannot_be_checked_is_refused(bool isWrapped)
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddTrustedAppCertificateClient()
            .ConfigurePrimaryHttpMessageHandler(() => isWrapped ? new CookieHandler { InnerHandler = new HttpClientHandler() } : new HttpClientHandler())
            .Services.BuildServiceProvider();
        using var client = new CertificateClient(new CertificateClientOptions { HttpClientFactory = services.GetRequiredService<IHttpClientFactory>() });

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => client.FetchAsync(new Uri("https://wiki.example"), TestContext.Current.CancellationToken));
        Assert.Contains("UseSocketsHttpHandler", refused.Message, StringComparison.Ordinal);
    }

    private static TrustedApplicationOptions Fetched() => new()
    {
        CertificateUrl = $"https://{Host}",
        Fingerprint = Version4.FingerprintOf(TestKeys.Wiki),
        Addresses = { "*" },
        Urls = { "*" },
    };

    private void Configure(IServiceCollection services, ForwardProxy proxy) => services
        .AddTrustedAppCertificateClient()
        .UseSocketsHttpHandler((handler, _) =>
        {
            handler.Proxy = new WebProxy(proxy.Url);
            handler.SslOptions.CertificateChainPolicy = _authority.Policy;
        });

    private Task<KestrelServer> ServeAsync(TrustedApps.Keys.ApplicationKeys keys) => KestrelServer.StartAsync(
        (builder, _) => builder.WebHost.UseKestrelHttpsConfiguration(),
        app => app.MapGet(ApplicationCertificate.Path, context =>
        {
            context.Response.ContentType = ApplicationCertificate.MediaType;
            return context.Response.Body.WriteAsync(keys.ToCertificate(time: _clock).ToBytes()).AsTask();
        }),
        certificate: _authority.Server);

    private sealed class CookieHandler : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add("Cookie", "session=secret");
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class NoProvider : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
    }
}
