using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using TrustedApps.Keys;

namespace TrustedApps.Admin.Tests;

/// <summary>How pages look: accessible, within the window, and as pictures for the documentation.</summary>
public class ScreenTests(Browser browser)
{
    [Theory]
    [InlineData(360, false)]
    [InlineData(360, true)]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    public async Task Every_page_is_accessible_and_fits(int width, bool isDark)
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        await using CertificateHost blog = await CertificateHost.StartAsync(TestKeys.Blog, TimeProvider.System);
        await using AdminHost host = await AdminHost.StartAsync();
        await host.TrustAsync(Rotating.WithPending("https://wiki.example"));
        string longId = new('w', 128);
        await host.TrustAsync(ThrowAwayKeys.Of(longId, 3), "https://long.example", new string('W', 255));
        await host.Server.Trusted("/open/issues/1").SendAsync();
        await host.Server.Trusted("/" + new string('x', 300), keys: TestKeys.Blog).SendAsync();
        await host.WriteActivityAsync();

        await using Window window = await browser.OpenAsync(host, width: width, isDark: isDark, hasScript: true);
        IPage page = window.Page;
        string key = Rotating.First.ToCertificate().SigningKeys[0].Thumbprint;

        await GoAsync("add");
        await page.GetByLabel("Base URL").FillAsync(blog.Origin);
        await LookAsync("add-base-url");
        await ClickAsync("Fetch the certificate", "add-certificate");
        await ClickAsync("They are the same: go on", "add-conditions");
        await page.GetByLabel("URLs, one per line").FillAsync("/open");
        await page.GetByLabel("Path").FillAsync("/open/issues");
        await ClickAsync("Check this request", "add-check");
        await ClickAsync("Go on", "add-confirm");
        await ClickAsync("Trust this application", "trust-added");
        await GoAsync("add-provider");
        await LookAsync("add-provider");
        await page.GetByLabel("Base URL").FillAsync(wiki.Origin);
        await ClickAsync("Fetch the certificate", "add-provider-certificate");
        await ClickAsync("They are the same: pin this certificate", "providers");
        await LookAtAsync($"remove-provider?url={Uri.EscapeDataString(wiki.Origin)}", "remove-provider");
        await LookAtAsync("", "list");
        await LookAtAsync("trust?id=wiki", "trust");
        await LookAtAsync($"trust?id={longId}", "trust-long");
        await LookAtAsync("edit?id=wiki", "edit");
        await LookAtAsync("legacy?id=wiki", "legacy");
        await LookAtAsync("remove?id=wiki", "remove");
        await LookAtAsync($"remove-key?id=wiki&key={key}", "remove-key");
        await LookAtAsync("replace?id=wiki", "replace");
        foreach (string decision in (string[])["Suspend", "Confirm"]) await LookAtAsync($"decide?id=wiki&what={decision}", $"decide-{decision}");
        await LookAtAsync("own", "own");
        await LookAtAsync("refusals", "refusals");
        await GoAsync("audit");
        foreach (ILocator summary in await page.Locator("summary").AllAsync()) await summary.ClickAsync();
        await LookAsync("audit");
        await LookAtAsync("trust?id=nobody", "problem");
        Assert.Empty(window.Violations);

        Task GoAsync(string path) => page.GotoAsync($"{host.Pages}/{path}".TrimEnd('/'));

        async Task LookAtAsync(string path, string name)
        {
            await GoAsync(path);
            await LookAsync(name);
        }

        async Task ClickAsync(string button, string name)
        {
            await window.LeaveAsync(() => page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync());
            await LookAsync(name);
        }

        async Task LookAsync(string name)
        {
            Assert.Equal((name, 1), (name, await page.Locator("h1").CountAsync()));
            Assert.Equal((name, "en"), (name, await page.Locator("html").GetAttributeAsync("lang")));
            int overflow = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(overflow <= 0, $"{name} is {overflow} px too wide at {width}");
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder(), $"{name}-{width}-{(isDark ? "dark" : "light")}.png"), FullPage = true });
            AxeResult result = await page.RunAxe();
            string[] serious = [.. result.Violations.Where(found => found.Impact is "serious" or "critical").Select(found => $"{name}: {found.Id}: {string.Join(" | ", found.Nodes.Select(node => node.Html))}")];
            Assert.Empty(serious);
        }
    }

    [Fact]
    public async Task Trust_is_made_with_the_keyboard_alone()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        await using AdminHost host = await AdminHost.StartAsync();
        await using Window window = await browser.OpenAsync(host);
        IPage page = window.Page;
        await page.GotoAsync(host.Pages);
        await PressUntilAsync("Skip to the content");
        await page.Keyboard.PressAsync("Enter");
        await EnterAsync("Add an application");
        await PressUntilAsync("url");
        await page.Keyboard.TypeAsync(wiki.Origin);
        await window.LeaveAsync(() => page.Keyboard.PressAsync("Enter"));
        await EnterAsync("They are the same: go on");
        await PressUntilAsync("urls");
        await page.Keyboard.TypeAsync("/open");
        await EnterAsync("Go on");
        await EnterAsync("Trust this application");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("trusted from now on");
        Assert.Equal(200, (await host.Server.Trusted("/open").SendAsync()).Status);

        async Task EnterAsync(string target)
        {
            await PressUntilAsync(target);
            await window.LeaveAsync(() => page.Keyboard.PressAsync("Enter"));
        }

        async Task PressUntilAsync(string target)
        {
            for (int presses = 0; presses < 60; presses++)
            {
                await page.Keyboard.PressAsync("Tab");
                if (await page.EvaluateAsync<bool>("name => [document.activeElement.id, document.activeElement.innerText?.trim()].includes(name)", target)) return;
            }

            Assert.Fail($"'{target}' is not reached by the Tab key.");
        }
    }

    private static string Folder()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TrustedApps.sln"))) folder = folder.Parent;
        return Directory.CreateDirectory(Path.Combine(folder!.FullName, "artifacts", "screenshots")).FullName;
    }
}
