using System.Text.RegularExpressions;

namespace TrustedApps.Admin.Tests;

/// <summary>A log-in that has become necessary leads back with GET to the address that a form was sent to.</summary>
public class LostSessionTests
{
    [Theory]
    [InlineData("/edit?id=wiki")]
    [InlineData("/legacy?id=wiki")]
    [InlineData("/replace?id=wiki")]
    [InlineData("/remove?id=wiki")]
    [InlineData("/decide?id=wiki&what=Suspend")]
    [InlineData("/add")]
    [InlineData("/add-provider")]
    [InlineData("/own")]
    public async Task The_address_of_a_form_leads_back_to_the_form_and_nothing_was_changed(string path)
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.TrustAsync(TestKeys.Wiki, "https://wiki.example");
        using AdminClient client = host.Client();
        Answer form = await client.GetAsync(path);
        string[] addresses = [.. Regex.Matches(form.Body, "(<form method=\"post\" |form)action=\"(?<address>[^\"]*)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))
            .Select(match => System.Net.WebUtility.HtmlDecode(match.Groups["address"].Value))];
        Assert.NotEmpty(addresses);
        foreach (string address in addresses)
        {
            Answer back = await client.GetAsync(address["/trusted-apps".Length..]);
            Assert.Equal((address, 302), (address, back.Status));
            Assert.DoesNotContain("handler", back["Location"], StringComparison.Ordinal);
            Answer page = await client.GetAsync(back["Location"]!["/trusted-apps".Length..]);
            Assert.Equal((address, 200), (address, page.Status));
            Assert.Contains("your session ended. Nothing was changed.", page.Body, StringComparison.Ordinal);
            Assert.Contains("<form method=\"post\"", page.Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/edit?handler=Save")]
    [InlineData("/trust")]
    [InlineData("/decide?what=Suspend")]
    public async Task An_address_without_an_application_accuses_no_colleague(string path)
    {
        await using AdminHost host = await AdminHost.StartAsync();
        using AdminClient client = host.Client();
        Answer page = await client.GetAsync(path);
        if (page.Status == 302) page = await client.GetAsync(page["Location"]!["/trusted-apps".Length..]);
        Assert.Equal(400, page.Status);
        Assert.Contains("Nothing was changed", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Another administrator", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_that_is_too_old_has_a_link_back_to_it()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        using AdminClient client = host.Client();
        Answer page = await client.PostAsync("/edit?id=wiki&handler=Save", [], hasToken: false);
        Assert.Equal(400, page.Status);
        Assert.Contains("href=\"/trusted-apps/edit?id=wiki\"", page.Body, StringComparison.Ordinal);
    }
}
