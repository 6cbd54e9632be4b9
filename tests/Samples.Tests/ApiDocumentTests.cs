using System.Text.Json;
using Microsoft.Playwright;

namespace Samples.Tests;

public sealed class ApiDocumentTests
{
    [Fact]
    public async Task The_page_of_the_trackers_interface_shows_its_operations_and_the_scheme_from_the_tracker_alone()
    {
        using var folder = new ScratchFolder();
        await using SampleProcess tracker = await new SampleProcess("Tracker", folder).StartAsync();
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = FindOnPath("chromium"), Args = ["--no-sandbox"] });
        IPage page = await browser.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        var elsewhere = new List<string>();
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(tracker.Origin, StringComparison.Ordinal) && request.Url.StartsWith("http", StringComparison.Ordinal)) elsewhere.Add(request.Url);
        };

        await page.GotoAsync(tracker.Origin + "/scalar", new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });

        await page.GetByText("/rest/api/issues/{key}").First.WaitForAsync();
        await page.GetByText("X-Seraph-Trusted-App-Cert").First.WaitForAsync(); // in the request that the page shows
        Assert.Empty(elsewhere);
    }

    [Fact]
    public async Task The_document_has_what_each_operation_accepts()
    {
        using var folder = new ScratchFolder();
        await using SampleProcess tracker = await new SampleProcess("Tracker", folder).StartAsync();

        using var document = JsonDocument.Parse((await tracker.GetAsync("/openapi/v1.json")).Body);

        JsonElement paths = document.RootElement.GetProperty("paths");
        Assert.Equal(["/rest/api/issues", "/rest/api/issues/{key}", "/rest/api/myself"], paths.EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
        Assert.Equal("""[{"TrustedApps":[]},{"Basic":[]}]""", Compact(paths.GetProperty("/rest/api/issues").GetProperty("get").GetProperty("security")));
        Assert.Equal("""[{"TrustedApps":[]}]""", Compact(paths.GetProperty("/rest/api/issues").GetProperty("post").GetProperty("security")));
        Assert.Equal(["200", "401", "403", "503"], paths.GetProperty("/rest/api/myself").GetProperty("get").GetProperty("responses").EnumerateObject().Select(response => response.Name));
    }

    private static string FindOnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"{name} is not on PATH: apt-get install {name}.");

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);
}
