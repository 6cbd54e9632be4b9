using System.Net;
using System.Net.Sockets;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Docs.Tests;

/// <summary>A program outside of the solution writes a trust store, a replay cache and a sign-in scheme.</summary>
public sealed class OutsideProgramTests : IDisposable
{
    private static readonly CompiledProgram _program = CompiledProgram.Compile(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Outside", "Program.cs")),
        name => !name.StartsWith("TrustedApps", StringComparison.Ordinal)
            || name is "TrustedApps" or "TrustedApps.AspNetCore" or "TrustedApps.AspNetCore.SignIn");

    private readonly ScratchFolder _folder = new();

    [Fact]
    public async Task Its_store_its_cache_and_its_scheme_serve_real_requests()
    {
        ApplicationKeys wiki = ApplicationKeys.Generate("wiki:8731", 2048), tracker = ApplicationKeys.Generate("tracker:42", 2048);
        ApplicationCertificate trackerCertificate = await tracker.ToCertificateAsync(cancellationToken: Cancellation);
        tracker.Save(_folder.PathOf("tracker-keys.json"));
        File.WriteAllBytes(_folder.PathOf("wiki.certificate"), (await wiki.ToCertificateAsync(cancellationToken: Cancellation)).ToBytes());

        string url = $"http://127.0.0.1:{FindPort()}";
        await using RunningProgram provider = await RunningProgram.StartAsync(
            _program,
            _folder.Path,
            "--urls", url,
            "--BaseUrl", url,
            "--Keys", _folder.PathOf("tracker-keys.json"),
            "--Certificate", _folder.PathOf("wiki.certificate"));
        using var client = new HttpClient { BaseAddress = new Uri(url) };

        var issuer = new AssertionIssuer(wiki, trackerCertificate, BaseUrl.Parse(url));
        AssertionHeaders headers = await issuer.IssueAsync("fred", url + "/rest/who", cancellationToken: Cancellation);
        Assert.Equal((HttpStatusCode.OK, "fred"), await SendAsync(client, [.. headers.Enumerate()]));
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(client, [.. headers.Enumerate()])).Status); // a replay

        Assert.Equal((HttpStatusCode.OK, "fred"), await SendAsync(client, new KeyValuePair<string, string>("X-Key", "fred")));
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(client, new KeyValuePair<string, string>("X-Key", "dan"))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(client)).Status);
    }

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<(HttpStatusCode Status, string Body)> SendAsync(
        HttpClient client, params KeyValuePair<string, string>[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/rest/who");
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }

    private static int FindPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
