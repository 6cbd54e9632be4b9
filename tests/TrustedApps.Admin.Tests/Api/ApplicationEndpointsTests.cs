using System.Text.Json.Nodes;
using TrustedApps.Certificates;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Tests.Api;

public class ApplicationEndpointsTests
{
    [Fact]
    public async Task Own_keys_are_shown_published_and_rotated_without_private_parts()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        Answer shown = await host.GetAsync("/application");
        JsonNode application = Json.Good(shown);
        Assert.Equal(("tracker", host.Server.Origin + ApplicationCertificate.Path), ((string)application["id"]!, (string)application["certificates"]![0]!));
        Assert.Equal(["legacy current", "signature current", "encryption current"], Describe(application));

        Json.Problem(await host.PostAsync("/application/rotate"), 409);
        Answer published = await host.PostAsync("/application/publish-next");
        Assert.Equal(2, Describe(Json.Good(published)).Count(key => key.EndsWith("next", StringComparison.Ordinal)));
        Json.Problem(await host.PostAsync("/application/publish-next"), 409);
        Answer rotated = await host.PostAsync("/application/rotate");
        Assert.Equal(2, Describe(Json.Good(rotated)).Count(key => key.EndsWith("retired", StringComparison.Ordinal)));

        IReadOnlyList<AuditEntry> audit = await host.Reports.ListAuditAsync("tracker", null, 10, TestContext.Current.CancellationToken);
        Assert.Equal(["application.rotate", "application.publish-next"], audit.Select(entry => entry.Action));
        Answer trail = await host.GetAsync("/audit");
        foreach (string member in (string[])["d", "p", "q", "dp", "dq", "qi", "privateKey"])
        {
            Assert.All([shown, published, rotated, trail], answer => Assert.DoesNotContain($"\"{member}\"", answer.Body, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Without_own_keys_there_is_nothing_to_show()
    {
        await using AdminHost host = await AdminHost.StartAsync(hasKeys: false);
        Json.Problem(await host.GetAsync("/application"), 404);
        Json.Problem(await host.PostAsync("/application/publish-next"), 404);
    }

    private static string[] Describe(JsonNode application) => [.. application["keys"]!.AsArray().Select(key => $"{key!["use"]} {key["status"]}")];
}
