using System.Net;

namespace TrustedApps.Admin.Tests;

/// <summary>Rows of the store that cannot be read have pages, too, and can be removed on them.</summary>
public class UnreadableTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/trust?id=wiki")]
    [InlineData("/edit?id=wiki")]
    [InlineData("/legacy?id=wiki")]
    [InlineData("/replace?id=wiki")]
    [InlineData("/remove-key?id=wiki&key=x")]
    [InlineData("/decide?id=wiki&what=Suspend")]
    public async Task A_trust_that_cannot_be_read_is_a_page_that_leads_to_its_removal(string path)
    {
        await using AdminHost host = await StartAsync();
        using AdminClient client = host.Client();
        Answer page = await client.GetAsync(path);
        Assert.Equal(409, page.Status);
        Assert.Contains("This trust cannot be read", page.Body, StringComparison.Ordinal);
        Assert.Contains("/trusted-apps/remove?id=wiki", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Server.Logs.Lines, line => line.Exception is not null);
    }

    [Fact]
    public async Task Every_change_of_a_trust_that_cannot_be_read_is_refused_without_an_error()
    {
        await using AdminHost host = await StartAsync();
        using AdminClient client = host.Client();
        foreach (string path in (string[])["/trust?handler=Resume", "/edit?handler=Save", "/edit?handler=Try", "/legacy?handler=Save", "/legacy?handler=Try", "/legacy?handler=Remove", "/replace?handler=Find", "/replace?handler=Confirm", "/remove-key?handler=Remove", "/decide?what=Suspend&handler=Do"])
        {
            Assert.Equal((path, 409), (path, (await client.PostAsync(path, [("id", "wiki"), ("version", "1")])).Status));
        }

        Assert.DoesNotContain(host.Server.Logs.Lines, line => line.Exception is not null);
    }

    [Fact]
    public async Task Trusts_that_cannot_be_read_are_one_paragraph_of_the_list_and_can_be_removed()
    {
        await using AdminHost host = await StartAsync();
        for (int number = 0; number < 20; number++)
        {
            host.Execute($"INSERT INTO trusted_apps_trusts (id, name, terms, version, changed, added_at, added_by, changed_at) VALUES ('bad:{number}', 'n', '{{}}', 1, 1, 0, 'x', 0)");
        }

        using AdminClient client = host.Client();
        Answer list = await client.GetAsync("");
        Assert.Contains("21 trusts of this page cannot be read", list.Body, StringComparison.Ordinal);
        Assert.Equal(2, list.Body.Split("cannot be read").Length);
        Assert.Equal(200, (await client.GetAsync("/remove?id=wiki")).Status);
        Assert.Equal(302, (await client.PostAsync("/remove?id=wiki&handler=Remove", [("typed", "wiki")])).Status);
        Assert.Contains("20 trusts of this page cannot be read", (await client.GetAsync("")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://blog.example", "{}")]
    [InlineData("no url at all", "{}")]
    public async Task A_provider_that_cannot_be_read_is_listed_and_removed(string url, string record)
    {
        await using AdminHost host = await AdminHost.StartAsync();
        host.Execute($"INSERT INTO trusted_apps_providers (base_url, record, version, added_at, added_by) VALUES ('{url}', '{record}', 1, 0, 'x')");
        using AdminClient client = host.Client();
        string address = $"/remove-provider?url={Uri.EscapeDataString(url)}";
        Assert.Contains(url, WebUtility.HtmlDecode((await client.GetAsync("/providers")).Body), StringComparison.Ordinal);
        Assert.Contains(url, WebUtility.HtmlDecode((await client.GetAsync(address)).Body), StringComparison.Ordinal);
        Assert.Equal(302, (await client.PostAsync(address + "&handler=Remove", [])).Status);
        Assert.Empty(await host.Store.Providers.ListUnreadableAsync(Ct));
    }

    [Fact]
    public async Task A_provider_that_cannot_be_read_is_not_added_over()
    {
        await using CertificateHost blog = await CertificateHost.StartAsync(TestKeys.Blog, TimeProvider.System);
        await using AdminHost host = await AdminHost.StartAsync();
        host.Execute($"INSERT INTO trusted_apps_providers (base_url, record, version, added_at, added_by) VALUES ('{blog.Origin}', '{{}}', 1, 0, 'x')");
        using AdminClient client = host.Client();
        string seal = AdminClient.FieldIn((await client.PostAsync("/add-provider?handler=Find", [("url", blog.Origin)])).Body, "seal");
        Answer page = await client.PostAsync("/add-provider?handler=Confirm", [("seal", seal)]);
        Assert.Equal(409, page.Status);
        Assert.Contains("cannot be read. Remove it first", page.Body, StringComparison.Ordinal);
    }

    private static async Task<AdminHost> StartAsync()
    {
        AdminHost host = await AdminHost.StartAsync();
        await host.TrustAsync(TestKeys.Wiki, "https://wiki.example");
        host.Execute("UPDATE trusted_apps_trusts SET terms = '{}' WHERE id = 'wiki'");
        return host;
    }
}
