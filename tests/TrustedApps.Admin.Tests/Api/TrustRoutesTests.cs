using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TrustedApps.Admin.Api;

namespace TrustedApps.Admin.Tests.Api;

public class TrustRoutesTests
{
    private static readonly string[] _ids =
    [
        "plain", "two words", "a/b", "a/b/suspend", "a%2Fb", "a%2fb", "%", "%25", "ünï/日本", "a+b", "a?b#c", "a;b", "'\"<script>", "\\..\\", "a..b", "/", "//", "suspend", "~", "*",
    ];

    [Fact]
    public async Task Every_id_is_told_from_every_other_in_the_path()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        foreach (string id in _ids) await host.AddLegacyAsync(id);
        foreach (string id in _ids)
        {
            string path = $"{AdminHost.Api}/trusts/{Uri.EscapeDataString(id)}";
            Assert.Equal(id, (string)Json.Good(await host.SendRawAsync("GET", path))["id"]!);
            Assert.Equal((id, true), Read(await host.SendRawAsync("POST", path + "/suspend/")));
            Assert.Equal(204, (await host.SendRawAsync("DELETE", path, "\"2\"")).Status);
            Json.Problem(await host.SendRawAsync("GET", path), 404);
        }
    }

    [Fact]
    public async Task Every_id_works_in_the_query()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        string[] ids = [.. _ids, ".", ".."];
        foreach (string id in ids) await host.AddLegacyAsync(id);
        foreach (string id in ids)
        {
            string query = $"?id={Uri.EscapeDataString(id)}";
            Assert.Equal(id, (string)Json.Good(await host.SendRawAsync("GET", $"{AdminHost.Api}/trust{query}"))["id"]!);
            Assert.Equal((id, true), Read(await host.SendRawAsync("POST", $"{AdminHost.Api}/trust/suspend{query}")));
            Assert.Equal(204, (await host.SendRawAsync("DELETE", $"{AdminHost.Api}/trust{query}", "\"2\"")).Status);
        }

        Json.Problem(await host.SendRawAsync("GET", $"{AdminHost.Api}/trust"), 400);
        Json.Problem(await host.SendRawAsync("GET", $"{AdminHost.Api}/trust?id=a&id=b"), 400);
        Json.Problem(await host.SendRawAsync("GET", $"{AdminHost.Api}/trust?id="), 404);
    }

    [Fact]
    public async Task Dots_never_reach_another_trust()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.AddLegacyAsync("wiki");
        Assert.Equal(200, (await host.SendRawAsync("GET", $"{AdminHost.Api}/trusts/x/../wiki")).Status); // as the server resolves it
        Json.Problem(await host.SendRawAsync("GET", $"{AdminHost.Api}/trusts/x%2F..%2Fwiki"), 404);
        Json.Problem(await host.SendRawAsync("DELETE", $"{AdminHost.Api}/trusts/..%2Ftrusts%2Fwiki", "\"1\""), 404);
        Assert.Equal(200, (await host.GetAsync("/trusts/wiki")).Status);
    }

    [Fact]
    public async Task A_path_base_does_not_matter()
    {
        await using AdminHost host = await AdminHost.StartAsync(pathBase: "/app");
        await host.AddLegacyAsync("a/b");
        Assert.Equal("a/b", (string)Json.Good(await host.SendRawAsync("GET", $"/app{AdminHost.Api}/trusts/a%2Fb"))["id"]!);
        JsonNode document = Json.Good(await host.SendRawAsync("GET", $"/app{AdminHost.Api}/openapi.json"));
        Assert.Equal("/app", (string)document["servers"]![0]!["url"]!);
    }

    [Theory]
    [InlineData("wiki", "/api/trusts/wiki")]
    [InlineData("a/b c", "/api/trusts/a%2Fb%20c")]
    [InlineData("..", "/api/trust?id=..")]
    public void The_address_of_a_trust_can_be_asked_for(string id, string expected) =>
        Assert.Equal(expected, TrustRoutes.AddressOf(new PathString("/api/trusts/"), id));

    private static (string, bool) Read(Answer answer)
    {
        JsonNode trust = Json.Good(answer);
        return ((string)trust["id"]!, (bool)trust["suspended"]!);
    }
}
