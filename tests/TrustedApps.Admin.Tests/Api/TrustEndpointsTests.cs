using System.Text.Json.Nodes;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Tests.Api;

public class TrustEndpointsTests
{
    [Fact]
    public async Task A_trust_is_added_shown_listed_edited_suspended_resumed_and_removed()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);

        Answer added = await host.PostAsync("/trusts", Json.Trust(wiki.Origin + "/", Json.Fingerprints(TestKeys.Wiki), ""","name":"The wiki" """));
        JsonNode trust = Json.Good(added, 201);
        Assert.Equal(("wiki", "The wiki", "ann", 30000), ((string)trust["id"]!, (string)trust["name"]!, (string)trust["addedBy"]!, (int)trust["conditions"]!["timeoutMilliseconds"]!));
        Assert.Equal((0, 0), ((int)trust["conditions"]!["allowanceAheadMilliseconds"]!, trust["conditions"]!["denyUsers"]!.AsArray().Count)); // defaults of what is left out
        Assert.Equal(["4"], trust["acceptedVersions"]!.AsArray().Select(version => (string)version!));
        Assert.Equal((AdminHost.Api + "/trusts/wiki", "\"1\""), (added["Location"], added["ETag"]));

        Answer shown = await host.SendAsync("GET", added["Location"]!);
        Assert.Equal((Json.WithoutMoments(trust), "\"1\""), (Json.WithoutMoments(Json.Good(shown)), shown["ETag"]));
        JsonNode list = Json.Good(await host.GetAsync("/trusts?search=wik"));
        Assert.Equal((1, "wiki"), ((int)list["total"]!, (string)list["trusts"]![0]!["id"]!));
        Assert.Equal(0, (int)Json.Good(await host.GetAsync("/trusts?search=blog&skip=0&take=1"))["total"]!);

        Answer edited = await host.PutAsync("/trusts/wiki", $$"""{"name":"Wiki","conditions":{{Json.Conditions}}}""", "\"1\"");
        Assert.Equal(("Wiki", "\"2\""), ((string)Json.Good(edited)["name"]!, edited["ETag"]));
        Assert.True((bool)Json.Good(await host.PostAsync("/trusts/wiki/suspend"))["suspended"]!);
        Assert.False((bool)Json.Good(await host.PostAsync("/trusts/wiki/resume", ifMatch: "\"3\""))["suspended"]!);
        Assert.Equal(204, (await host.DeleteAsync("/trusts/wiki", "\"4\"")).Status);
        Json.Problem(await host.GetAsync("/trusts/wiki"), 404);

        IReadOnlyList<AuditEntry> audit = await host.Reports.ListAuditAsync("wiki", null, 10, TestContext.Current.CancellationToken);
        Assert.Equal(["trust.remove", "trust.resume", "trust.suspend", "trust.edit", "trust.add"], audit.Select(entry => entry.Action));
        Assert.All(audit, entry => Assert.Equal("ann", entry.Administrator));
    }

    [Fact]
    public async Task Only_exactly_the_signing_keys_that_were_compared_are_trusted()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        string right = TestKeys.Wiki.ToCertificate().SigningKeys[0].Thumbprint;
        string other = TestKeys.Blog.ToCertificate().SigningKeys[0].Thumbprint;

        foreach (string wrong in (string[])["[]", $"[\"{other}\"]", $"[\"{right}\",\"{other}\"]", "[\"\"]", "[null]", $"[\"{right.ToLowerInvariant()}\"]", $"[\"{right[..42]}\"]"])
        {
            Json.Problem(await host.PostAsync("/trusts", Json.Trust(wiki.Origin, wrong)), 422, "fingerprints");
        }

        Json.Problem(await host.PostAsync("/trusts", $$"""{"baseUrl":"{{wiki.Origin}}","conditions":{{Json.Conditions}}}"""), 422, "fingerprints");
        Assert.Equal(0, (int)Json.Good(await host.GetAsync("/trusts"))["total"]!);
        Json.Good(await host.PostAsync("/trusts", Json.Trust(wiki.Origin, $"[\"{right}\"]")), 201);
        Json.Problem(await host.PostAsync("/trusts", Json.Trust(wiki.Origin, $"[\"{right}\"]")), 409);
    }

    [Fact]
    public async Task A_base_URL_without_a_certificate_is_refused()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        foreach (string url in (string[])[host.Server.Origin, "nonsense", "", "http://user:secret@localhost/", "http://plain.example", "http://169.254.169.254"])
        {
            string detail = Json.Problem(await host.PostAsync("/trusts", Json.Trust(url, "[]")), 422, "baseUrl");
            Assert.DoesNotContain("secret", detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{\"adresses\":[\"*\"],\"addresses\":[\"*\"],\"urls\":[\"*\"]}", 400, null)] // misspelt
    [InlineData("{\"addresses\":[\"*\"],\"addresses\":[\"10.0.0.1\"],\"urls\":[\"*\"]}", 400, null)] // twice
    [InlineData("{\"Addresses\":[\"*\"],\"urls\":[\"*\"]}", 400, null)]
    [InlineData("{\"urls\":[\"*\"]}", 400, null)]
    [InlineData("{\"addresses\":null,\"urls\":[\"*\"]}", 400, null)]
    [InlineData("{\"addresses\":[\"*\"],\"urls\":[\"*\"],\"timeoutMilliseconds\":\"60000\"}", 400, null)]
    [InlineData("{\"addresses\":[\"*\"],\"urls\":[\"*\"],\"denyUsers\":[\"\\ud800\"]}", 400, null)]
    [InlineData("{\"addresses\":[],\"urls\":[\"*\"]}", 422, "conditions.addresses")]
    [InlineData("{\"addresses\":[null],\"urls\":[\"*\"]}", 422, "conditions.addresses")]
    [InlineData("{\"addresses\":[\"10.0.0.0/33\"],\"urls\":[\"*\"]}", 422, "conditions.addresses")]
    [InlineData("{\"addresses\":[\"*\"],\"urls\":[\"rest\"]}", 422, "conditions.urls")]
    [InlineData("{\"addresses\":[\"*\"],\"urls\":[null]}", 422, "conditions.urls")]
    [InlineData("{\"addresses\":[\"*\"],\"urls\":[\"*\"],\"versions\":[\"5\"]}", 422, "conditions.versions")]
    [InlineData("{\"addresses\":[\"*\"],\"urls\":[\"*\"],\"versions\":[null]}", 422, "conditions.versions")]
    [InlineData("{\"addresses\":[\"*\"],\"urls\":[\"*\"],\"versions\":[\"3\"]}", 422, "conditions")] // not under version 4
    [InlineData("{\"addresses\":[\"*\"],\"urls\":[\"*\"],\"methods\":[\"*GET \"]}", 422, "conditions.methods")]
    [InlineData("{\"addresses\":[\"*\"],\"urls\":[\"*\"],\"allowUsers\":[\"\"]}", 422, "conditions.allowUsers")]
    [InlineData("{\"addresses\":[\"*\"],\"urls\":[\"*\"],\"denyUsers\":[null]}", 422, "conditions.denyUsers")]
    [InlineData("{\"addresses\":[\"*\"],\"urls\":[\"*\"],\"timeoutMilliseconds\":0}", 422, "conditions.timeoutMilliseconds")]
    [InlineData("{\"addresses\":[\"*\"],\"urls\":[\"*\"],\"timeoutMilliseconds\":9223372036854775807}", 422, "conditions.timeoutMilliseconds")]
    [InlineData("{\"addresses\":[\"*\"],\"urls\":[\"*\"],\"allowanceAheadMilliseconds\":-1}", 422, "conditions.allowanceAheadMilliseconds")]
    public async Task Bad_conditions_are_refused_by_name(string conditions, int status, string? field)
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        string body = $$"""{"baseUrl":"{{wiki.Origin}}","fingerprints":{{Json.Fingerprints(TestKeys.Wiki)}},"conditions":{{conditions}}}""";
        string detail = Json.Problem(await host.PostAsync("/trusts", body), status, field);
        Assert.DoesNotContain("Parameter '", detail, StringComparison.Ordinal);
        Assert.Equal(0, (int)Json.Good(await host.GetAsync("/trusts"))["total"]!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("{\"name\":\"x\"")]
    [InlineData("\"text\"")]
    public async Task Content_that_is_no_such_JSON_is_400(string content)
    {
        await using AdminHost host = await AdminHost.StartAsync();
        Json.Problem(await host.PostAsync("/trusts", content), 400);
        Json.Problem(await host.PutAsync("/trusts/wiki", content, "\"1\""), 400);
        Json.Problem(await host.PostAsync("/providers", content), 400);
        Json.Problem(await host.PostAsync("/conditions/check", content), 400);
    }

    [Fact]
    public async Task Of_two_administrators_the_second_does_not_overwrite_the_first()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.AddLegacyAsync("blog");
        Answer[] edits = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => host.SendAsync(
            "PUT", AdminHost.Api + "/trusts/blog", $$"""{"name":"of {{number}}","conditions":{{Json.Conditions}}}""", "\"1\"", $"admin{number};admin")));

        Answer made = Assert.Single(edits, edit => edit.Status == 200);
        Assert.All(edits.Except([made]), refused => Json.Problem(refused, 412));
        Assert.Equal(Json.Read(made)["name"]!.ToString(), Json.Good(await host.GetAsync("/trusts/blog"))["name"]!.ToString());
    }

    [Fact]
    public async Task Every_change_but_suspending_names_the_version_that_was_looked_at()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.AddLegacyAsync("blog");
        string edit = $$"""{"name":"x","conditions":{{Json.Conditions}}}""";
        (string Method, string Path, string? Body)[] changes =
        [
            ("PUT", "", edit), ("DELETE", "", null), ("POST", "/resume", null), ("POST", "/certificate/confirm", null), ("POST", "/certificate/reject", null),
            ("POST", "/certificate/restore", null), ("POST", "/certificate/replace", Json.Compared("http://localhost", "[]")), ("DELETE", "/keys/abc", null),
        ];
        foreach ((string method, string path, string? body) in changes)
        {
            Json.Problem(await host.SendAsync(method, $"{AdminHost.Api}/trusts/blog{path}", body), 428);
            Json.Problem(await host.SendAsync(method, $"{AdminHost.Api}/trusts/blog{path}", body, "*"), 428);
            foreach (string bad in (string[])["1", "W/\"1\"", "\"01\"", "\"x\"", "\"1\", \"2\"", "\"-1\"", "\"99999999999999999999\""]) Json.Problem(await host.SendAsync(method, $"{AdminHost.Api}/trusts/blog{path}", body, bad), 412);
        }

        Json.Problem(await host.PostAsync("/trusts/blog/suspend", ifMatch: "\"2\""), 412);
        Json.Problem(await host.DeleteAsync("/trusts/blog", "\"2\""), 412);
        Assert.Equal(1, (int)Json.Good(await host.GetAsync("/trusts/blog"))["version"]!);
        Json.Problem(await host.PostAsync("/trusts/unknown/suspend"), 404);
        Json.Problem(await host.PutAsync("/trusts/unknown", edit, "\"1\""), 404);
    }

    [Fact]
    public async Task An_application_of_older_versions_is_put_back_as_it_was_shown()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.AddLegacyAsync("blog");
        JsonNode shown = Json.Good(await host.GetAsync("/trusts/blog"));
        string body = new JsonObject { ["name"] = "Blog", ["conditions"] = shown["conditions"]!.DeepClone(), ["legacy"] = shown["legacy"]!.DeepClone() }.ToJsonString();
        JsonNode edited = Json.Good(await host.PutAsync("/trusts/blog", body, "\"1\""));
        Assert.Equal(shown["conditions"]!.ToJsonString(), edited["conditions"]!.ToJsonString());

        string otherKey = new JsonObject { ["name"] = "Blog", ["conditions"] = shown["conditions"]!.DeepClone(), ["legacy"] = new JsonObject { ["publicKey"] = TestKeys.Wiki.PublicKey.ToBase64() } }.ToJsonString();
        Json.Problem(await host.PutAsync("/trusts/blog", otherKey, "\"2\""), 422, "legacy.conditions");
    }

    [Fact]
    public async Task Older_versions_of_an_application_are_set_and_ended()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        string legacy = $$""","legacy":{"publicKey":"{{TestKeys.Wiki.PublicKey.ToBase64()}}","until":"2999-01-01T00:00:00+00:00","conditions":{{Json.Conditions}}}""";
        JsonNode trust = Json.Good(await host.PostAsync("/trusts", Json.Trust(wiki.Origin, Json.Fingerprints(TestKeys.Wiki), legacy)), 201);
        Assert.Equal(["3", "4"], trust["acceptedVersions"]!.AsArray().Select(version => (string)version!));
        Assert.Equal("2999-01-01T00:00:00+00:00", (string)trust["legacy"]!["until"]!);

        string badKey = legacy.Replace(TestKeys.Wiki.PublicKey.ToBase64(), "AAAA", StringComparison.Ordinal);
        Json.Problem(await host.PutAsync("/trusts/wiki", $$"""{"name":"w","conditions":{{Json.Conditions}}{{badKey}}}""", "\"1\""), 422, "legacy.publicKey");
        Json.Problem(await host.PutAsync("/trusts/wiki", $$"""{"name":"\u202ew","conditions":{{Json.Conditions}}{{legacy}}}""", "\"1\""), 422);
        JsonNode without = Json.Good(await host.PutAsync("/trusts/wiki", $$"""{"name":"w","conditions":{{Json.Conditions}}}""", "\"1\""));
        Assert.Null(without["legacy"]);
    }

    [Theory]
    [InlineData("?take=0")]
    [InlineData("?take=1001")]
    [InlineData("?take=many")]
    [InlineData("?skip=-1")]
    [InlineData("?search=a&search=b")]
    [InlineData("?search=%00")]
    public async Task A_page_that_cannot_be_is_400(string query)
    {
        await using AdminHost host = await AdminHost.StartAsync();
        Json.Problem(await host.GetAsync("/trusts" + query), 400);
    }
}
