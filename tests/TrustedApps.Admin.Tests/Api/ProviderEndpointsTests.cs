using System.Text.Json.Nodes;

namespace TrustedApps.Admin.Tests.Api;

public class ProviderEndpointsTests
{
    [Fact]
    public async Task A_provider_is_pinned_listed_and_forgotten()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await using CertificateHost blog = await CertificateHost.StartAsync(TestKeys.Blog, TimeProvider.System);
        string fingerprints = Json.Fingerprints(TestKeys.Blog);

        Json.Problem(await host.PostAsync("/providers", Json.Compared(blog.Origin, Json.Fingerprints(TestKeys.Wiki))), 422, "fingerprints");
        JsonNode added = Json.Good(await host.PostAsync("/providers", Json.Compared(blog.Origin, fingerprints)), 201);
        Assert.Equal(("blog", blog.Origin, "ann"), ((string)added["id"]!, (string)added["baseUrl"]!, (string)added["addedBy"]!));
        Json.Problem(await host.PostAsync("/providers", Json.Compared(blog.Origin, fingerprints)), 409);
        JsonNode listed = Assert.Single(Json.Good(await host.GetAsync("/providers"))["providers"]!.AsArray())!;
        Assert.Equal(Json.WithoutMoments(added), Json.WithoutMoments(listed));

        string query = $"/providers?baseUrl={Uri.EscapeDataString(blog.Origin)}";
        Assert.Equal(204, (await host.DeleteAsync(query)).Status);
        Json.Problem(await host.DeleteAsync(query), 404);
        Json.Problem(await host.DeleteAsync("/providers"), 400);
        Assert.Empty(Json.Good(await host.GetAsync("/providers"))["providers"]!.AsArray());
    }
}
