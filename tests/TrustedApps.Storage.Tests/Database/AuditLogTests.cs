using Microsoft.Extensions.Logging;
using TrustedApps.Certificates;

namespace TrustedApps.Storage.Tests.Database;

/// <summary>What administrators do is in the log of the application, once it is in the database.</summary>
public sealed class AuditLogTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, AtEachDatabase]
    public async Task Each_entry_of_the_audit_trail_is_a_line(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        await using StoreNode node = await StoreNode.StartAsync(database.Connection);
        await node.Trusts.AddAsync(Trusted.In("app:1"), "ann", Ct);
        await node.Trusts.SuspendAsync("app:1", null, "bob", Ct);
        await node.Trusts.RemoveKeyAsync("app:1", null, Trusted.KeysOf("app:1").ToCertificate().SigningKeys[0].Thumbprint, "bob\n\u202E", Ct);
        await node.Trusts.RemoveAsync("app:1", null, "ann", Ct);
        await node.Reports.RecordAsync("keys.rotate", "tracker", null, "no JSON", "ann", Ct);
        Assert.Equal(
            [
                "Information ann trust.add app:1",
                "Information bob trust.suspend app:1",
                "Warning bob?? certificate.remove-key app:1",
                "Information ann trust.remove app:1",
                "Information ann keys.rotate tracker",
            ],
            Lines(node));
        Assert.Equal(5, (await node.Reports.ListAuditAsync(null, null, 10, Ct)).Count);
    }

    [Fact]
    public async Task Older_versions_and_replaced_certificates_are_warnings()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, postgres);
        await using StoreNode node = await StoreNode.StartAsync(database.Connection);
        await node.Trusts.AddAsync(Trusted.In("app:1"), "ann", Ct);
        var access = new LegacyAccess(TestKeys.Blog.PublicKey, Trusted.Everything, TimeProvider.System.GetUtcNow().AddDays(30));
        await node.Trusts.EditAsync("app:1", 1, new TrustEdit("App", Trusted.Everything, access), "ann", Ct);
        await node.Trusts.EditAsync("app:1", 2, new TrustEdit("New name", Trusted.Everything, access), "ann", Ct);
        await using CertificateHost host = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        await node.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct);
        using var client = new CertificateClient(new CertificateClientOptions { AllowHttp = true, AllowPrivateAddresses = true });
        await node.Trusts.ReplaceCertificateAsync("wiki", 1, await FoundCertificate.FindAsync(client, host.Origin, Ct), readmittedKeys: [], "ann", Ct);
        await node.Trusts.AddAsync(Trusted.InLegacy("old"), "ann", Ct);
        Assert.Equal(["Information", "Warning", "Information", "Information", "Warning", "Warning"], Lines(node).Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public async Task A_change_that_was_refused_is_no_line()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, postgres);
        await using StoreNode node = await StoreNode.StartAsync(database.Connection);
        await node.Trusts.AddAsync(Trusted.In("app:1"), "ann", Ct);
        await Assert.ThrowsAsync<AdministrationException>(() => node.Trusts.AddAsync(Trusted.In("app:1"), "bob", Ct));
        Assert.Single(Lines(node));
    }

    private static string[] Lines(StoreNode node) =>
        [.. node.Server.Logs.Lines.Where(line => line.Event.Name == "AdministratorChange").Select(line =>
        {
            string[] parts = line.Message.Split('\'');
            Assert.Equal(82, line.Event.Id);
            return $"{line.Level} {parts[1]} {parts[2].Trim().Split(' ')[^2]} {parts[3]}";
        })];
}
