using System.Net;
using System.Text.Json;

namespace TrustedApps.Packages.Tests.Templates;

/// <summary>A provider and a consumer of two templates, which make trust as their READMEs say.</summary>
public sealed class TwoTemplatesTests(PackedPackages packages) : IDisposable
{
    private readonly TemplateHive _templates = new(packages);
    private readonly ScratchFolder _folder = new();
    private readonly ReservedPort _trackerPort = new();
    private readonly ReservedPort _wikiPort = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_starts_as_it_is_made_and_they_trust_each_other_after_the_steps_of_the_README()
    {
        string tracker = await _templates.MakeAsync(_folder, "trustedapps-provider", "Issue-Tracker", "--id", "tracker:42", "--port", $"{_trackerPort}");
        string wiki = await _templates.MakeAsync(_folder, "trustedapps-consumer", "Team.Wiki", "--port", $"{_wikiPort}", "--provider-url", $"http://localhost:{_trackerPort}");
        await _templates.BuildAsync(tracker);
        await _templates.BuildAsync(wiki);

        InvalidOperationException ended = await Assert.ThrowsAsync<InvalidOperationException>(() => // in production no keys are made
            packages.Machine.RunAsync(wiki, "dotnet", "run", "--no-build", "--", "--environment", "Production"));
        Assert.Contains("Set 'Keys' to the path of the key file of this application.", ended.Message, StringComparison.Ordinal);

        string trackerFingerprint, wikiFingerprint;
        await using (RunningApplication provider = await RunAsync(tracker, "Issue-Tracker"))
        await using (RunningApplication consumer = await RunAsync(wiki, "."))
        {
            (trackerFingerprint, wikiFingerprint) = (await ReadFingerprintAsync(tracker, "tracker:42", _trackerPort), await ReadFingerprintAsync(wiki, "team.wiki", _wikiPort));
            using HttpResponseMessage refused = await LogInAsync();
            Assert.Equal(HttpStatusCode.BadGateway, refused.StatusCode);
            await consumer.WritesAsync($"has the fingerprint {trackerFingerprint}"); // the log says what is missing
        }

        Edit(wiki, "appsettings.Development.json", text => text.Replace("AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAA", trackerFingerprint, StringComparison.Ordinal));
        Edit(tracker, "Issue-Tracker/appsettings.Development.json", text => UncommentApplication(text)
            .Replace("compared with what the other application's administrator sees", wikiFingerprint, StringComparison.Ordinal)
            .Replace("http://localhost:5081", $"http://localhost:{_wikiPort}", StringComparison.Ordinal));

        await using RunningApplication asking = await RunAsync(wiki, ".");
        await using RunningApplication asked = await RunAsync(tracker, "Issue-Tracker");
        using HttpResponseMessage answer = await LogInAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{asking.Written}\n{asked.Written}");
        Assert.Contains("WEB-3", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _trackerPort.Dispose();
        _wikiPort.Dispose();
        _folder.Dispose();
    }

    private static void Edit(string folder, string file, Func<string, string> edit)
    {
        string path = Path.Combine(folder, file);
        string text = File.ReadAllText(path), edited = edit(text);
        Assert.NotEqual(text, edited);
        File.WriteAllText(path, edited);
    }

    // As a person takes the comment marks away.
    private static string UncommentApplication(string text)
    {
        const string Start = "\"Applications\": [";
        int start = text.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        return text[..start] + text[start..].Replace("// ", "", StringComparison.Ordinal);
    }

    private async Task<string> ReadFingerprintAsync(string folder, string id, ReservedPort port)
    {
        await packages.Machine.RunAsync(folder, "dotnet", "tool", "restore");
        using JsonDocument certificate = JsonDocument.Parse(await packages.Machine.RunAsync(folder, "dotnet", "trusted-apps", "certificate", "read", $"http://localhost:{port}"));
        Assert.Equal(id, certificate.RootElement.GetProperty("id").GetString());
        return certificate.RootElement.GetProperty("keys").EnumerateArray().Single(key => key.GetProperty("use").GetString() == "sig").GetProperty("fingerprint").GetString()!;
    }

    private Task<RunningApplication> RunAsync(string folder, string project) =>
        RunningApplication.StartAsync(packages.Machine, folder, "dotnet", "run", "--no-build", "--project", project);

    private async Task<HttpResponseMessage> LogInAsync()
    {
        using var client = new HttpClient();
        return await client.PostAsync($"http://localhost:{_wikiPort}/login/fred", content: null, Cancellation);
    }
}
