using Microsoft.Playwright;

namespace TrustedApps.Admin.Tests;

/// <summary>From two applications that have never met to a trusted request, in a real browser without JavaScript.</summary>
public class SetUpTests(Browser browser)
{
    [Fact]
    public async Task Trust_is_made_by_clicking_and_a_request_is_accepted()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        await using AdminHost host = await AdminHost.StartAsync();
        Assert.NotEqual(200, (await host.Server.Trusted("/open/issues").SendAsync()).Status);

        await using Window window = await browser.OpenAsync(host);
        IPage page = window.Page;
        await page.GotoAsync(host.Pages);
        await page.GetByRole(AriaRole.Link, new() { Name = "Add an application" }).ClickAsync();
        await page.GetByLabel("Base URL of the other application").FillAsync(wiki.Origin + "/");
        await page.GetByRole(AriaRole.Button, new() { Name = "Fetch the certificate" }).ClickAsync();
        await Assertions.Expect(page.GetByText(Version4.FingerprintOf(TestKeys.Wiki))).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "They are the same: go on" }).ClickAsync();

        await Assertions.Expect(page.GetByLabel("Addresses, one per line")).ToHaveValueAsync("127.0.0.1");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Name" }).FillAsync("The <b>wiki</b>");
        await page.GetByLabel("URLs, one per line").FillAsync("/open/issues");
        await page.GetByLabel("Path").FillAsync("/open/secrets");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check this request" }).ClickAsync();
        await Assertions.Expect(page.Locator("#try-result")).ToContainTextAsync("BAD_URL");
        await page.GetByLabel("Path").FillAsync("/open/issues/7");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check this request" }).ClickAsync();
        await Assertions.Expect(page.Locator("#try-result")).ToContainTextAsync("would be allowed");
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Trust this application" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("trusted from now on");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("The <b>wiki</b>");
        Answer answer = await host.Server.Trusted("/open/issues/7").SendAsync();
        Assert.Equal((200, "fred"), (answer.Status, answer.Body));
        Assert.NotEqual(200, (await host.Server.Trusted("/open/secrets").SendAsync()).Status);
        Assert.Empty(window.Violations);
    }
}
