using TrustedApps.EntityFrameworkCore;

namespace TrustedApps.EntityFrameworkCore.Tests;

public class TrustAdministrationTests
{
    [Fact]
    public async Task A_trust_is_added_edited_suspended_and_removed()
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        string folder = Directory.CreateTempSubdirectory("store-").FullName;
        await using TrustedAppsStore store = await TrustedAppsStore.OpenAsync(Path.Combine(folder, "trust.db"), cancellationToken: ct);
        var keys = ApplicationKeys.Generate("wiki:1", 2048);
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["/rest"] };
        var trust = new TrustedApplication(CertificateRecord.Establish(keys.ToCertificate("Wiki"), BaseUrl.Parse("https://wiki.example"), TimeProvider.System.GetUtcNow()), conditions) { Name = "Wiki" };

        StoredTrust added = await store.Trusts.AddAsync(trust, "ann", ct);
        Assert.Equal(1, added.Version);
        AdministrationException twice = await Assert.ThrowsAsync<AdministrationException>(() => store.Trusts.AddAsync(trust, "ann", ct));
        Assert.Equal(AdministrationProblem.Exists, twice.Problem);

        StoredTrust edited = await store.Trusts.EditAsync("wiki:1", 1, new TrustEdit("The wiki", conditions), "bob", ct);
        Assert.Equal(("The wiki", 2), (edited.Trust.Name, edited.Version));
        AdministrationException changed = await Assert.ThrowsAsync<AdministrationException>(() => store.Trusts.EditAsync("wiki:1", 1, new TrustEdit("Mine", conditions), "ann", ct));
        Assert.Equal(AdministrationProblem.Changed, changed.Problem);

        Assert.True((await store.Trusts.SuspendAsync("wiki:1", null, "ann", ct)).Trust.IsSuspended);
        TrustPage page = await store.Trusts.ListAsync("wiki", 0, 10, ct);
        Assert.Equal(1, page.Total);
        await store.Trusts.RemoveAsync("wiki:1", null, "ann", ct);
        Assert.Null(await store.Trusts.FindAsync("wiki:1", ct));
        Assert.Equal(["trust.remove", "trust.suspend", "trust.edit", "trust.add"], (await store.Reports.ListAuditAsync("wiki:1", null, 10, ct)).Select(entry => entry.Action));
        Assert.Empty((await store.Reports.GetActivityAsync(["wiki:1"], ct))[0].LastDay);
    }
}
