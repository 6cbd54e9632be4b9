extern alias Wiki;

using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Samples.Tests;

/// <summary>The wiki in this process, in a folder of its own.</summary>
/// <param name="addTracker">Names the tracker: a stand-in, or the real one.</param>
internal sealed partial class WikiInProcess(Action<IServiceCollection> addTracker) : WebApplicationFactory<Wiki::Program>
{
    public const string TrackerUrl = "https://tracker.example";

    private readonly ScratchFolder _folder = new();

    /// <summary>Reads the roadmap as a user who has logged in.</summary>
    public async Task<string> ReadRoadmapAsync(string user)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using HttpClient browser = CreateClient();
        string form = await browser.GetStringAsync("/login", cancellation);
        Match token = HiddenField().Match(form);
        using var login = new FormUrlEncodedContent(
            [new(token.Groups["name"].Value, WebUtility.HtmlDecode(token.Groups["value"].Value)), new("user", user)]);
        using HttpResponseMessage page = await browser.PostAsync("/login", login, cancellation); // leads to the roadmap
        return WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync(cancellation));
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder) => builder
        .UseContentRoot(_folder.Path)
        .UseSetting("Tracker:BaseUrl", TrackerUrl)
        .ConfigureTestServices(addTracker);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]*)" value="(?<value>[^"]*)">""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HiddenField();
}
