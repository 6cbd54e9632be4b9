using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.Client;
using TrustedApps.Replay;

namespace TrustedApps.IntegrationTests;

/// <summary>Several nodes behind nginx, which takes turns: each has to be told the key grant once.</summary>
public sealed class NginxNodesTests(ITestOutputHelper output)
{
    private const int Nodes = 10;
    private const int Requests = 5000;
    private const double MostSecondTrips = 0.02; // version-4.md, section 3: "Sent once, then named"

    private int _arrivals;
    private int _withKey;

    [Fact]
    public async Task Few_requests_pay_a_second_round_trip()
    {
        await using var nginx = new Nginx();
        await using var nodes = new NodeList();
        using InMemoryReplayCache memory = Version4.NewMemory();
        for (int number = 0; number < Nodes; number++) nodes.Add(await StartNodeAsync(nginx, memory));
        await nginx.StartAsync(
            "location / { proxy_http_version 1.1; proxy_set_header Connection ''; proxy_pass http://nodes; }",
            $"upstream nodes {{ {string.Concat(nodes.Select(node => $"server {node.EndPoint}; "))} keepalive 16; }}");
        using var keys = new TestKeyFile(TestKeys.Tracker);
        using Consumer wiki = Consumer.OfVersion4(
            nginx.Origin,
            options => options.ProviderCertificateFile = keys.CertificatePath,
            before: builder => builder.ConfigurePrimaryHttpMessageHandler(Nginx.CreateHandler).ConfigureAdditionalHttpMessageHandlers((_, _) => { }));
        HttpClient client = wiki.Client;

        int refused = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken }, async (_, cancellationToken) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, nginx.Origin + "/closed");
            using HttpResponseMessage response = await client.SendAsync(request.OnBehalfOf("fred"), cancellationToken);
            if (await response.Content.ReadAsStringAsync(cancellationToken) != "fred") Interlocked.Increment(ref refused);
        });

        output.WriteLine($"{_arrivals} arrivals, {_withKey} with Key");
        Assert.Equal(0, refused);
        Assert.InRange(_arrivals - Requests, 1, (int)(MostSecondTrips * Requests)); // at least one: otherwise none was named
        Assert.InRange(_withKey, Nodes, Requests / 2);
    }

    private Task<KestrelServer> StartNodeAsync(Nginx nginx, InMemoryReplayCache memory) => Version4.StartAsync(
        options => options.BaseUrls.Add(nginx.Origin),
        services => services.AddLogging(logging => logging.ClearProviders()),
        before: app => app.Use((context, next) =>
        {
            Interlocked.Increment(ref _arrivals);
            if (context.Request.Headers.ContainsKey("X-Seraph-Trusted-App-Key")) Interlocked.Increment(ref _withKey);
            return next(context);
        }),
        memory: memory);

    private sealed class NodeList : List<KestrelServer>, IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (KestrelServer node in this) await node.DisposeAsync();
        }
    }
}
