using System.Text.Json.Nodes;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Admin.Tests.Api;

public class TrustCertificateEndpointsTests
{
    [Fact]
    public async Task A_certificate_that_waits_is_confirmed_and_the_one_before_restored()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        JsonNode waiting = await AddWaitingAsync(host);
        string[] pending = Texts(waiting["pendingKeys"]);
        Assert.NotNull(waiting["pendingUntil"]);

        Answer confirmed = await host.PostAsync("/trusts/wiki/certificate/confirm", ifMatch: "\"1\"");
        Assert.Equal(pending, Texts(Json.Good(confirmed)["signingKeys"]));
        Assert.Equal("\"2\"", confirmed["ETag"]);
        Json.Problem(await host.PostAsync("/trusts/wiki/certificate/confirm", ifMatch: "\"2\""), 422);
        Json.Problem(await host.PostAsync("/trusts/wiki/certificate/restore", ifMatch: "\"1\""), 412);
        Assert.Equal(Texts(waiting["signingKeys"]), Texts(Json.Good(await host.PostAsync("/trusts/wiki/certificate/restore", ifMatch: "\"2\""))["signingKeys"]));
    }

    [Fact]
    public async Task A_certificate_that_waits_is_rejected()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        JsonNode waiting = await AddWaitingAsync(host);
        JsonNode rejected = Json.Good(await host.PostAsync("/trusts/wiki/certificate/reject", ifMatch: "\"1\""));
        Assert.Equal(Texts(waiting["signingKeys"]), Texts(rejected["signingKeys"]));
        Assert.Empty(Texts(rejected["pendingKeys"]));
        Json.Problem(await host.PostAsync("/trusts/wiki/certificate/reject", ifMatch: "\"2\""), 422);
        Json.Problem(await host.PostAsync("/trusts/wiki/certificate/restore", ifMatch: "\"2\""), 422);
    }

    [Fact]
    public async Task A_key_is_removed_at_once()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        JsonNode waiting = await AddWaitingAsync(host);
        string[] keys = Texts(waiting["signingKeys"]);
        string thumbprint = keys[0].Replace(" ", "", StringComparison.Ordinal);
        Json.Problem(await host.DeleteAsync("/trusts/wiki/keys/unknown", "\"1\""), 404);
        JsonNode without = Json.Good(await host.DeleteAsync($"/trusts/wiki/keys/{thumbprint}", "\"1\""));
        Assert.Equal(keys[1..], Texts(without["signingKeys"]));
        Assert.Equal([thumbprint], Texts(without["removedKeys"]));
        Json.Problem(await host.DeleteAsync($"/trust/keys/{thumbprint}?id=wiki", "\"1\""), 412);
    }

    [Fact]
    public async Task A_certificate_is_replaced_by_one_that_was_compared()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await AddWaitingAsync(host);
        await using CertificateHost wiki = await CertificateHost.StartAsync(ThrowAwayKeys.Of("wiki", 3), TimeProvider.System);
        await using CertificateHost blog = await CertificateHost.StartAsync(TestKeys.Blog, TimeProvider.System);

        Json.Problem(await host.PostAsync("/trusts/wiki/certificate/replace", Json.Compared(wiki.Origin, Json.Fingerprints(TestKeys.Wiki)), "\"1\""), 422, "fingerprints");
        Json.Problem(await host.PostAsync("/trusts/wiki/certificate/replace", Json.Compared(blog.Origin, Json.Fingerprints(TestKeys.Blog)), "\"1\""), 422);
        Json.Problem(await host.PostAsync("/trusts/wiki/certificate/replace", Json.Compared(host.Server.Origin, "[]"), "\"1\""), 422, "baseUrl");
        Json.Problem(await host.PostAsync("/trusts/wiki/certificate/replace", Json.Compared(wiki.Origin, Json.Fingerprints(wiki.Keys)), "\"7\""), 412);
        JsonNode replaced = Json.Good(await host.PostAsync("/trusts/wiki/certificate/replace", Json.Compared(wiki.Origin, Json.Fingerprints(wiki.Keys)), "\"1\""));
        Assert.Equal((wiki.Keys.ToCertificate().SigningKeys[0].Fingerprint, wiki.Origin), (Texts(replaced["signingKeys"]).Single(), (string)replaced["baseUrl"]!));
    }

    [Fact]
    public async Task Removed_keys_come_back_only_when_the_content_says_so()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        Json.Good(await host.PostAsync("/trusts", Json.Trust(wiki.Origin, Json.Fingerprints(TestKeys.Wiki))), 201);
        string thumbprint = TestKeys.Wiki.ToCertificate().SigningKeys[0].Thumbprint;
        Json.Good(await host.DeleteAsync($"/trusts/wiki/keys/{thumbprint}", "\"1\""));
        string compared = Json.Compared(wiki.Origin, Json.Fingerprints(TestKeys.Wiki));
        string detail = Json.Problem(await host.PostAsync("/trusts/wiki/certificate/replace", compared, "\"2\""), 422);
        Assert.Contains("removed or rejected", detail, StringComparison.Ordinal);
        JsonNode replaced = Json.Good(await host.PostAsync("/trusts/wiki/certificate/replace", compared.Replace("}", ",\"readmitRemovedKeys\":true}", StringComparison.Ordinal), "\"2\""));
        Assert.Single(Texts(replaced["signingKeys"]));
    }

    [Fact]
    public async Task An_application_of_older_versions_has_no_certificate_to_decide_on()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.AddLegacyAsync("blog");
        foreach (string decision in (string[])["confirm", "reject", "restore"]) Json.Problem(await host.PostAsync($"/trusts/blog/certificate/{decision}", ifMatch: "\"1\""), 422);
        Json.Problem(await host.PostAsync("/trusts/unknown/certificate/confirm", ifMatch: "\"1\""), 404);
    }

    // The certificate on record lists two signing keys, and one of them is missing in what was fetched later.
    private static async Task<JsonNode> AddWaitingAsync(AdminHost host)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        ApplicationKeys both = TestKeys.Wiki.WithNext(now);
        ApplicationCertificate later = both.Rotate(now.AddSeconds(1)).ToCertificate(time: new FakeTimeProvider(now.AddDays(8)));
        CertificateRecord record = CertificateRecord.Establish(both.ToCertificate(), BaseUrl.Parse("https://wiki.example"), now).Offer(later, now).Record;
        var trust = new TrustedApplication(record, new TrustConditions { Addresses = ["*"], Urls = ["*"] }) { Name = "Wiki" };
        await host.Trusts.AddAsync(trust, "setup", TestContext.Current.CancellationToken);
        return Json.Good(await host.GetAsync("/trusts/wiki"));
    }

    private static string[] Texts(JsonNode? array) => [.. array!.AsArray().Select(text => (string)text!)];
}
