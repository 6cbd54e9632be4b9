using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TrustedApps.Certificates;

namespace TrustedApps.Admin.Tests.Api;

public class TrialEndpointsTests
{
    [Fact]
    public async Task A_certificate_is_shown_before_it_is_trusted()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        JsonNode preview = Json.Good(await host.PostAsync("/certificates/preview", $$"""{"baseUrl":"{{wiki.Origin}}/"}"""));
        Assert.Equal(("wiki", "version4", wiki.Origin), ((string)preview["id"]!, (string)preview["kind"]!, (string)preview["baseUrl"]!));
        JsonNode key = Assert.Single(preview["signingKeys"]!.AsArray())!;
        Assert.Equal((TestKeys.Wiki.ToCertificate().SigningKeys[0].Fingerprint, 2048), ((string)key["fingerprint"]!, (int)key["bits"]!));
        Assert.Null(key["weakness"]);
        Assert.Equal(0, (int)Json.Good(await host.GetAsync("/trusts"))["total"]!);
        Json.Problem(await host.PostAsync("/certificates/preview", $$"""{"baseUrl":"{{host.Server.Origin}}"}"""), 422, "baseUrl");
    }

    [Fact]
    public async Task A_weak_key_is_shown_as_weak_and_trusted_only_by_name()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await using KestrelServer old = await KestrelServer.StartAsync((_, _) => { }, app => app.MapGet(LegacyCertificate.Path, context =>
        {
            context.Response.ContentType = "text/plain";
            return context.Response.Body.WriteAsync(TestKeys.Weak.ToLegacyCertificate().ToBytes(), context.RequestAborted).AsTask();
        }));

        JsonNode preview = Json.Good(await host.PostAsync("/certificates/preview", $$"""{"baseUrl":"{{old.Origin}}"}"""));
        Assert.Equal(("weak", "legacy"), ((string)preview["id"]!, (string)preview["kind"]!));
        Assert.NotNull(preview["signingKeys"]![0]!["weakness"]);

        string fingerprints = $"[\"{TestKeys.Weak.PublicKey.Thumbprint}\"]";
        Json.Problem(await host.PostAsync("/trusts", Json.Trust(old.Origin, fingerprints)), 422, "conditions");
        string weak = Json.Trust(old.Origin, fingerprints).Replace("\"urls\"", "\"allowWeakKeys\":true,\"urls\"", StringComparison.Ordinal);
        JsonNode trust = Json.Good(await host.PostAsync("/trusts", weak), 201);
        Assert.Equal("3", (string)trust["acceptedVersions"]!.AsArray().Single()!);
        Json.Problem(await host.PostAsync("/providers", Json.Compared(old.Origin, fingerprints)), 422);
    }

    [Theory]
    [InlineData("4", "10.1.2.3", "POST", "/rest/issue?x=1", "\"ann\"", null)]
    [InlineData("3", "10.1.2.3", "GET", "/rest", "\"ann\"", null)]
    [InlineData("3", "10.1.2.3", "POST", "/rest", "\"ann\"", "BAD_METHOD")]
    [InlineData("1", "10.1.2.3", "GET", "/rest", "\"ann\"", "BAD_PROTOCOL_VERSION")]
    [InlineData("4", "11.1.2.3", "GET", "/rest", "\"ann\"", "BAD_REMOTE_IP")]
    [InlineData("4", "::1", "GET", "/rest", "\"ann\"", "BAD_REMOTE_IP")]
    [InlineData("4", "10.1.2.3", "GET", "/admin", "\"ann\"", "BAD_URL")]
    [InlineData("4", "10.1.2.3", "GET", "/rest", "null", "PERMISSION_DENIED")]
    public async Task Conditions_are_tried_on_a_request(string version, string address, string method, string target, string user, string? code)
    {
        await using AdminHost host = await AdminHost.StartAsync();
        JsonNode answer = Json.Good(await host.PostAsync("/conditions/check", Body(version, address, method, target, user)));
        Assert.Equal((code is null, code, code is null), ((bool)answer["allowed"]!, (string?)answer["code"], answer["advice"] is null));
    }

    [Theory]
    [InlineData("5", "10.1.2.3", "/", "version")]
    [InlineData("4", "1", "/", "address")]
    [InlineData("4", "host.example", "/", "address")]
    [InlineData("4", "10.1.2.3", "http://a/", "target")]
    public async Task A_request_that_cannot_be_is_refused_by_name(string version, string address, string target, string field)
    {
        await using AdminHost host = await AdminHost.StartAsync();
        Json.Problem(await host.PostAsync("/conditions/check", Body(version, address, "GET", target, "\"ann\"")), 422, field);
    }

    private static string Body(string version, string address, string method, string target, string user) =>
        $$"""{"conditions":{{Json.Conditions}},"version":"{{version}}","address":"{{address}}","method":"{{method}}","target":"{{target}}","user":{{user}}}""";
}
