using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Tests;

public sealed class TrustedAppsEndpointExtensionsTests
{
    [Fact]
    public async Task The_certificate_is_served_byte_for_byte_and_to_everybody()
    {
        using var file = new TestKeyFile(TestKeys.Blog);
        await using KestrelServer server = await TestProvider.StartAsync(
            options => (options.Id, options.Keys) = ("blog", file.Path),
            services => services.AddAuthorizationBuilder().SetFallbackPolicy(new([new Microsoft.AspNetCore.Authorization.Infrastructure.DenyAnonymousAuthorizationRequirement()], [])),
            app => app.MapTrustedAppCertificate());

        using HttpResponseMessage response = await TrustedRequests.Client.GetAsync(server.Origin + "/admin/appTrustCertificate", TestContext.Current.CancellationToken);
        byte[] document = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Encoding.ASCII.GetBytes($"blog\n{TestKeys.Blog.PublicKey.ToBase64()}\n3\n-1159983122"), document);
        Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(document.Length, response.Content.Headers.ContentLength);
        Assert.Equal(401, (await server.GetAsync("/open")).Status); // the fallback policy holds elsewhere
    }

    [Fact]
    public async Task A_monitor_may_ask_with_HEAD()
    {
        using var file = new TestKeyFile(TestKeys.Blog);
        await using KestrelServer server = await TestProvider.StartAsync(options => options.Keys = file.Path, map: app => app.MapTrustedAppCertificate());
        foreach (string path in (string[])["/.well-known/trusted-app", "/admin/appTrustCertificate"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, server.Origin + path);
            using HttpResponseMessage response = await TrustedRequests.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(200, (int)response.StatusCode);
            Assert.True(response.Content.Headers.ContentLength > 0);
        }
    }

    [Fact]
    public async Task A_pure_consumer_serves_its_certificate_without_a_scheme()
    {
        using var file = new TestKeyFile(TestKeys.Blog);
        using var keys = new KeyFileStore(file.Path);
        await using KestrelServer server = await KestrelServer.StartAsync((_, _) => { }, app => app.MapTrustedAppCertificate(keys, "The blog"));
        using var client = new CertificateClient();

        Assert.Equal("The blog", (await client.FetchAsync(new Uri(server.Origin), TestContext.Current.CancellationToken)).Name);
        Assert.Equal("blog", (await client.FetchLegacyAsync(new Uri(server.Origin), TestContext.Current.CancellationToken)).Id);
    }

    [Fact]
    public async Task Our_own_client_reads_the_certificate()
    {
        using var file = new TestKeyFile(TestKeys.Blog);
        await using KestrelServer server = await TestProvider.StartAsync(options => options.Keys = file.Path, map: app => app.MapTrustedAppCertificate());
        using var client = new CertificateClient();

        LegacyCertificate certificate = await client.FetchLegacyAsync(new Uri(server.Origin), TestContext.Current.CancellationToken);

        Assert.Equal(("blog", TestKeys.Blog.PublicKey, 3), (certificate.Id, certificate.PublicKey, certificate.Version));
        Assert.Equal("blog", (await client.FetchAsync(new Uri(server.Origin), TestContext.Current.CancellationToken)).Name);
    }

    [Fact]
    public async Task The_certificate_of_version_4_is_served_to_everybody_and_signed_once()
    {
        using var file = new TestKeyFile(TestKeys.Blog);
        await using KestrelServer server = await TestProvider.StartAsync(
            options => (options.Keys, options.Name) = (file.Path, "The blog <b>"),
            services => services.AddAuthorizationBuilder().SetFallbackPolicy(new([new Microsoft.AspNetCore.Authorization.Infrastructure.DenyAnonymousAuthorizationRequirement()], [])),
            app => app.MapTrustedAppCertificate());

        using HttpResponseMessage response = await TrustedRequests.Client.GetAsync(server.Origin + "/.well-known/trusted-app", TestContext.Current.CancellationToken);
        byte[] document = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal("application/jose+json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(document.Length, response.Content.Headers.ContentLength);
        Assert.True(ApplicationCertificate.TryRead(document, TimeProvider.System.GetUtcNow(), out ApplicationCertificate? certificate, out string? problem), problem);
        Assert.Equal(("blog", "The blog <b>"), (certificate.Id, certificate.Name));
        Assert.Equal(Encoding.ASCII.GetString(document), (await server.GetAsync("/.well-known/trusted-app")).Body); // a new signature would differ
    }

    [Fact]
    public async Task A_certificate_without_keys_for_it_is_not_there()
    {
        using var file = new TestKeyFile(ApplicationKeys.Import("blog", ThrowAwayKeys.Pem(9)));
        await using KestrelServer server = await TestProvider.StartAsync(options => options.Keys = file.Path, map: app => app.MapTrustedAppCertificate());

        Assert.Equal(404, (await server.GetAsync("/.well-known/trusted-app")).Status);
        Assert.Equal(200, (await server.GetAsync("/admin/appTrustCertificate")).Status);
    }

    [Fact]
    public async Task An_application_without_a_legacy_key_serves_no_legacy_document()
    {
        using var file = new TestKeyFile(TestKeys.Blog);
        var json = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(file.Path, TestContext.Current.CancellationToken))!;
        json["keys"]!.AsArray().RemoveAt(0);
        await File.WriteAllTextAsync(file.Path, json.ToJsonString(), TestContext.Current.CancellationToken);
        await using KestrelServer server = await TestProvider.StartAsync(options => options.Keys = file.Path, map: app => app.MapTrustedAppCertificate());

        Assert.Equal(200, (await server.GetAsync("/.well-known/trusted-app")).Status);
        Assert.Equal(404, (await server.GetAsync("/admin/appTrustCertificate")).Status);
    }

    [Fact]
    public async Task Each_scheme_serves_its_own_certificate()
    {
        using var file = new TestKeyFile(TestKeys.Blog);
        using var other = new TestKeyFile(TestKeys.Wiki);
        await using KestrelServer server = await TestProvider.StartAsync(
            options => options.Keys = file.Path,
            services => services.AddAuthentication().AddTrustedApps("Other", options =>
            {
                options.Keys = other.Path;
                options.BaseUrls.Add("https://other.example");
            }),
            app =>
            {
                app.MapTrustedAppCertificate();
                app.MapGroup("/other").MapTrustedAppCertificate("Other");
            });

        Assert.StartsWith("blog\n", (await server.GetAsync("/admin/appTrustCertificate")).Body, StringComparison.Ordinal);
        Assert.StartsWith("wiki\n", (await server.GetAsync("/other/admin/appTrustCertificate")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_keys_there_is_no_certificate_to_serve()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => TestProvider.StartAsync(map: app => app.MapTrustedAppCertificate()));

        Assert.Equal("Scheme 'TrustedApps': set Keys to a key file, or register an IKeyStore for the scheme. Without keys there is no certificate to serve.", failure.Message);
    }
}
