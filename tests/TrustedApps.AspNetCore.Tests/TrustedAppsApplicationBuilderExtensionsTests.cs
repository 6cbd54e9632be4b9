using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace TrustedApps.AspNetCore.Tests;

public sealed class TrustedAppsApplicationBuilderExtensionsTests
{
    [Fact]
    public async Task Headers_that_nobody_proved_do_not_reach_the_application()
    {
        await using KestrelServer server = await StartAsync();

        Assert.Equal("", (await server.Request("/headers", keys: TestKeys.Blog).SendAsync()).Body);
        Assert.Equal("", (await server.Request("/headers", keys: TestKeys.Blog, version: ProtocolVersion.Warwick).SendAsync()).Body);
        Assert.Equal("", (await server.Request("/headers").With("X-Seraph-Trusted-App-Cert", "").SendAsync()).Body); // none of ours, yet with an id
    }

    [Fact]
    public async Task Every_header_of_every_version_is_removed_and_no_other()
    {
        await using KestrelServer server = await StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Get, server.Origin + "/headers").With("X-Seraph-Trusted-App-Status", "OK");
        foreach (string name in AssertionHeaders.Names) request.With(name, "x");

        Assert.Equal("X-Seraph-Trusted-App-Status", (await request.SendAsync()).Body);
    }

    [Fact]
    public async Task Headers_that_were_proved_stay()
    {
        await using KestrelServer server = await StartAsync();

        Assert.Equal(
            "X-Seraph-Trusted-App-Cert,X-Seraph-Trusted-App-ID,X-Seraph-Trusted-App-Signature,X-Seraph-Trusted-App-Version",
            (await server.GetTrustedAsync("/headers")).Body);
    }

    private static Task<KestrelServer> StartAsync() => TestProvider.StartAsync(map: app =>
    {
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseTrustedAppsHeaderRemoval();
        app.Map("/headers", (HttpContext context) => string.Join(',', context.Request.Headers.Keys
            .Where(name => name.Contains("Trusted-App", StringComparison.OrdinalIgnoreCase)).Order()));
    });
}
