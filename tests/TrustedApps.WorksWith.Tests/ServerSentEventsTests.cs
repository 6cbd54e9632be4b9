using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Client;
using HttpProtocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols;

namespace TrustedApps.WorksWith.Tests;

public sealed class ServerSentEventsTests
{
    private const string Http2 = "--Kestrel:EndpointDefaults:Protocols";

    [Fact]
    public async Task The_programs_of_the_page_work()
    {
        await using Page page = await Page.OpenAsync("server-sent-events");
        await page.StartProviderAsync();
        Assert.Equal(page.Printed(), await page.RunConsumerAsync());
    }

    [Fact]
    public async Task A_proof_is_demanded_in_vain_over_HTTP_1_unless_content_may_be_unproven()
    {
        await using Page page = await Page.OpenAsync("server-sent-events");
        await page.StartProviderAsync();
        using HttpClient strict = page.CreateClient(options => options.RequireResponseProof = true);
        await Assert.ThrowsAsync<ResponseProofException>(() => strict.GetAsync("/changes", "fred", HttpCompletionOption.ResponseHeadersRead));
        using HttpClient lenient = page.CreateClient(options => options.RequireResponseProof = options.AllowUnprovenContent = true);
        Assert.EndsWith("data: issue 3 of fred\n\n", await lenient.GetStringAsync("/changes", "fred"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_HTTP_2_the_stream_is_proven_at_its_end()
    {
        await using Page page = await Page.OpenAsync("server-sent-events");
        await page.StartProviderAsync(arguments: [Http2, "Http2"]);
        using HttpClient strict = page.CreateClient(options => options.RequireResponseProof = true, builder => builder.ConfigureHttpClient(OverHttp2));
        Assert.EndsWith("data: issue 3 of fred\n\n", await strict.GetStringAsync("/changes", "fred"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_event_arrives_before_the_next_one_is_sent(bool isProven)
    {
        using var read = new SemaphoreSlim(0);
        await using KestrelServer tracker = await Version4.StartAsync(
            after: app => app.MapGet("/changes", () => TypedResults.ServerSentEvents(Events(read, TestContext.Current.CancellationToken))).RequireAuthorization(),
            mapsCertificate: true,
            protocols: HttpProtocols.Http2);
        using var keys = new TestKeyFile(TestKeys.Tracker);
        var services = new ServiceCollection();
        services.AddHttpClient("tracker", OverHttp2).AddTrustedApp(options =>
        {
            options.BaseUrl = tracker.Origin;
            options.Keys = TestKeys.Wiki;
            options.ProviderCertificateFile = keys.CertificatePath;
            options.RequireResponseProof = isProven;
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        using HttpClient wiki = provider.GetRequiredService<IHttpClientFactory>().CreateClient("tracker");

        using HttpResponseMessage response = await wiki.GetAsync(tracker.Origin + "/changes", "fred", HttpCompletionOption.ResponseHeadersRead);
        await using Stream stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var got = new List<string>();
        await foreach (SseItem<string> item in SseParser.Create(stream).EnumerateAsync(TestContext.Current.CancellationToken))
        {
            got.Add(item.Data);
            read.Release(); // the provider sends no other before
        }

        Assert.Equal(["1", "2", "3"], got);
    }

    private static void OverHttp2(HttpClient client) =>
        (client.DefaultRequestVersion, client.DefaultVersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);

    private static async IAsyncEnumerable<string> Events(SemaphoreSlim read, [EnumeratorCancellation] CancellationToken ended)
    {
        foreach (string number in new[] { "1", "2", "3" })
        {
            yield return number;
            if (!await read.WaitAsync(TimeSpan.FromSeconds(30), ended)) throw new TimeoutException($"Event {number} has not arrived.");
        }
    }
}
