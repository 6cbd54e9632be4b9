using System.Net;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Tests;

/// <summary>Changes that once took one click: what is shown before them, and what they do not bring back.</summary>
public class DecisionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Suspend")]
    [InlineData("Confirm")]
    [InlineData("Reject")]
    [InlineData("Restore")]
    public async Task Each_decision_is_shown_before_it_is_made(string decision)
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.TrustAsync(decision == "Restore" ? Rotating.WithReplaced("https://wiki.example") : Rotating.WithPending("https://wiki.example"));
        using AdminClient client = host.Client();
        string link = $"/decide?id=wiki&amp;what={decision}";
        Assert.Contains(link, (await client.GetAsync("/trust?id=wiki")).Body, StringComparison.Ordinal);
        Answer page = await client.GetAsync(WebUtility.HtmlDecode(link));
        Assert.Equal(200, page.Status);
        Assert.Contains("handler=Do", page.Body, StringComparison.Ordinal);
        Assert.Equal(1, (await host.Store.Trusts.FindAsync("wiki", Ct))!.Version);
        if (decision == "Suspend") return;
        foreach (RsaPublicKey key in Rotating.Second.ToCertificate().SigningKeys) Assert.Contains(key.Fingerprint, page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_was_dropped_leaves_a_mark_on_the_pages()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        CertificateRecord record = Rotating.WithPending("https://wiki.example");
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        ApplicationCertificate onRecord = record.Certificate;
        for (int count = 0; count < 7; count++) record = record.Offer(onRecord, now, isCounted: true).Record;
        Assert.NotNull(record.Dropped);
        await host.TrustAsync(record);
        using AdminClient client = host.Client();

        Answer trust = await client.GetAsync("/trust?id=wiki");

        Assert.Contains("a new certificate was dropped, because it was no longer served", trust.Body, StringComparison.Ordinal);
        foreach (RsaPublicKey key in record.Dropped.Certificate.SigningKeys) Assert.Contains(key.Fingerprint, trust.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_decision_on_an_outdated_trust_changes_nothing()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.TrustAsync(Rotating.WithPending("https://wiki.example"));
        using AdminClient client = host.Client();
        await host.Store.Trusts.EditAsync("wiki", 1, new TrustEdit("New name", new TrustConditions { Addresses = ["*"], Urls = ["/"] }), "bob", Ct);
        Answer late = await client.PostAsync("/decide?id=wiki&what=Confirm&handler=Do", [("version", "1")]);
        Assert.Equal(409, late.Status);
        Assert.Contains("was changed since you read it", late.Body, StringComparison.Ordinal);
        Assert.NotNull((await host.Store.Trusts.FindAsync("wiki", Ct))!.Trust.Record!.Pending);
        Assert.Equal(404, (await client.PostAsync("/decide?id=wiki&what=Remove&handler=Do", [("version", "2")])).Status);
        Assert.Equal(404, (await client.GetAsync("/decide?id=wiki&what=7")).Status);
    }

    [Fact]
    public async Task A_certificate_with_the_same_keys_is_not_offered_to_be_restored()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        await using AdminHost host = await AdminHost.StartAsync();
        await host.TrustAsync(TestKeys.Wiki, "https://wiki.example");
        using AdminClient client = host.Client();
        await ReplaceAsync(client, wiki, 1, readmits: false);
        Assert.Null((await host.Store.Trusts.FindAsync("wiki", Ct))!.Trust.Record!.Replaced);
        Assert.DoesNotContain("what=Restore", (await client.GetAsync("/trust?id=wiki")).Body, StringComparison.Ordinal);
        Answer page = await client.GetAsync("/decide?id=wiki&what=Restore");
        Assert.Equal(409, page.Status);
        Assert.Contains("There is no certificate before this one", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_removed_key_is_struck_through_where_a_certificate_that_lists_it_is_restored()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.TrustAsync(Rotating.WithReplaced("https://wiki.example"));
        string stolen = Rotating.First.ToCertificate().SigningKeys[0].Thumbprint;
        await host.Store.Trusts.RemoveKeyAsync("wiki", 1, stolen, "bob", Ct);
        using AdminClient client = host.Client();
        Assert.Contains("Removed: stays removed", (await client.GetAsync("/trust?id=wiki")).Body, StringComparison.Ordinal);
        Assert.Contains("<s><code class=\"fingerprint\">", (await client.GetAsync("/decide?id=wiki&what=Restore")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_were_removed_come_back_only_when_the_administrator_says_so()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        await using AdminHost host = await AdminHost.StartAsync();
        await host.TrustAsync(TestKeys.Wiki, "https://wiki.example");
        await host.Store.Trusts.RemoveKeyAsync("wiki", 1, TestKeys.Wiki.ToCertificate().SigningKeys[0].Thumbprint, "bob", Ct);
        using AdminClient client = host.Client();

        Answer refused = await ReplaceAsync(client, wiki, 2, readmits: false);
        Assert.Equal(400, refused.Status);
        Assert.Contains("REMOVED on ", refused.Body, StringComparison.Ordinal);
        Assert.Contains(" by bob</strong>", refused.Body, StringComparison.Ordinal);
        Assert.Contains("name=\"readmit\"", refused.Body, StringComparison.Ordinal);
        Assert.Empty((await host.Store.Trusts.FindAsync("wiki", Ct))!.Trust.Record!.SigningKeys);

        Assert.Equal(302, (await ReplaceAsync(client, wiki, 2, readmits: true)).Status);
        Assert.Single((await host.Store.Trusts.FindAsync("wiki", Ct))!.Trust.Record!.SigningKeys);
    }

    [Fact]
    public async Task Keys_that_were_not_shown_as_removed_do_not_come_back()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        await using AdminHost host = await AdminHost.StartAsync();
        await host.TrustAsync(TestKeys.Wiki, "https://wiki.example");
        using AdminClient client = host.Client();
        Answer found = await client.PostAsync("/replace?id=wiki&handler=Find", [("url", wiki.Origin)]);
        await host.Store.Trusts.RemoveKeyAsync("wiki", 1, TestKeys.Wiki.ToCertificate().SigningKeys[0].Thumbprint, "bob", Ct);

        Answer refused = await client.PostAsync("/replace?id=wiki&handler=Confirm", [("version", "2"), ("seal", AdminClient.FieldIn(found.Body, "seal")), ("readmit", "on")]);

        Assert.Equal(400, refused.Status);
        Assert.Contains("REMOVED on ", refused.Body, StringComparison.Ordinal);
        Assert.Empty((await host.Store.Trusts.FindAsync("wiki", Ct))!.Trust.Record!.SigningKeys);
        Assert.Equal(302, (await client.PostAsync("/replace?id=wiki&handler=Confirm", [("version", "2"), ("seal", AdminClient.FieldIn(refused.Body, "seal")), ("readmit", "on")])).Status);
    }

    [Fact]
    public async Task Keys_that_were_rejected_are_marked_as_well()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(Rotating.Third, TimeProvider.System);
        await using AdminHost host = await AdminHost.StartAsync();
        CertificateRecord record = CertificateRecord.Establish(Rotating.First.ToCertificate(time: new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-10))), BaseUrl.Parse("https://wiki.example"), TimeProvider.System.GetUtcNow().AddDays(-10));
        await host.TrustAsync(record.Offer(Rotating.Second.ToCertificate(time: new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-9))), TimeProvider.System.GetUtcNow().AddDays(-9)).Record);
        StoredTrust stored = (await host.Store.Trusts.FindAsync("wiki", Ct))!;
        stored = stored.Trust.Record!.Pending is null
            ? await host.Store.Trusts.RestoreCertificateAsync("wiki", 1, "bob", Ct)
            : await host.Store.Trusts.RejectCertificateAsync("wiki", 1, "bob", Ct);
        using AdminClient client = host.Client();
        Answer found = await client.PostAsync("/replace?id=wiki&handler=Find", [("url", wiki.Origin)]);
        Assert.Contains("REJECTED earlier", found.Body, StringComparison.Ordinal);
        Assert.Contains("name=\"readmit\"", found.Body, StringComparison.Ordinal);
        Assert.Equal(2, stored.Version);
    }

    private static async Task<Answer> ReplaceAsync(AdminClient client, CertificateHost wiki, int version, bool readmits)
    {
        Answer found = await client.PostAsync("/replace?id=wiki&handler=Find", [("url", wiki.Origin)]);
        List<(string, string)> form = [("version", $"{version}"), ("seal", AdminClient.FieldIn(found.Body, "seal"))];
        if (readmits) form.Add(("readmit", "on"));
        return await client.PostAsync("/replace?id=wiki&handler=Confirm", form);
    }
}
