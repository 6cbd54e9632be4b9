using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Samples.Tests;

/// <summary>A real Prometheus, which scrapes one target each second and evaluates rules.</summary>
internal sealed partial class Prometheus : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    private readonly ScratchFolder _folder = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Process _process;

    private Prometheus(int target, string rules)
    {
        File.WriteAllText(_folder.PathOf("rules.yml"), rules);
        File.WriteAllText(_folder.PathOf("prometheus.yml"), $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: [ rules.yml ]
            scrape_configs:
              - job_name: tracker
                static_configs: [ { targets: [ "127.0.0.1:{{target}}" ] } ]
            """);
        _process = Process.Start(new ProcessStartInfo(
            "prometheus",
            [
                $"--config.file={_folder.PathOf("prometheus.yml")}",
                $"--storage.tsdb.path={_folder.PathOf("data")}",
                "--web.listen-address=127.0.0.1:0",
            ])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
    }

    /// <summary>Starts it, and waits until it answers.</summary>
    /// <param name="target">The port of the target.</param>
    /// <param name="rules">The content of a file of rules.</param>
    public static async Task<Prometheus> StartAsync(int target, string rules)
    {
        var prometheus = new Prometheus(target, rules);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new List<string>();
        prometheus._process.ErrorDataReceived += (_, line) =>
        {
            lock (said) said.Add(line.Data ?? "");
            if (Listening().Match(line.Data ?? "") is { Success: true } match)
            {
                prometheus._client.BaseAddress = new Uri($"http://{match.Groups["address"].Value}/api/v1/");
            }

            if (line.Data is null) ready.TrySetException(new InvalidOperationException(string.Join('\n', said)));
            else if (line.Data.Contains("Server is ready to receive web requests", StringComparison.Ordinal)) ready.TrySetResult();
        };
        try
        {
            prometheus._process.BeginErrorReadLine();
            await ready.Task.WaitAsync(_patience, TestContext.Current.CancellationToken);
            return prometheus;
        }
        catch
        {
            await prometheus.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a tool of it, which has to succeed.</summary>
    public static async Task<string> RunToolAsync(params string[] args)
    {
        using Process tool = Process.Start(new ProcessStartInfo("promtool", args) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        Task<string> output = tool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string errors = await tool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await tool.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(tool.ExitCode == 0, $"promtool {string.Join(' ', args)}\n{await output}{errors}");
        return await output;
    }

    /// <summary>The samples that a query has at this moment.</summary>
    public async Task<IReadOnlyList<JsonElement>> QueryAsync(string query) =>
        [.. (await GetAsync($"query?query={Uri.EscapeDataString(query)}")).GetProperty("result").EnumerateArray()];

    /// <summary>The labels of every series whose name begins so.</summary>
    public async Task<IReadOnlyList<JsonElement>> FindSeriesAsync(string prefix) =>
        [.. (await GetAsync($"series?match[]={Uri.EscapeDataString($"{{__name__=~\"{prefix}.*\"}}")}")).EnumerateArray()];

    /// <summary>The alerting rules: name, query, health, annotations.</summary>
    public async Task<IReadOnlyList<JsonElement>> GetRulesAsync() =>
        [.. (await GetAsync("rules?type=alert")).GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("rules").EnumerateArray())];

    /// <summary>The alerts that fire, with their labels and annotations.</summary>
    public async Task<IReadOnlyList<JsonElement>> GetFiringAsync() =>
        [.. (await GetAsync("alerts")).GetProperty("alerts").EnumerateArray().Where(alert => alert.GetProperty("state").GetString() == "firing")];

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _client.Dispose();
        _folder.Dispose();
    }

    [GeneratedRegex("""Listening on" address=(?<address>127\.0\.0\.1:[1-9][0-9]*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listening();

    private async Task<JsonElement> GetAsync(string path)
    {
        using HttpResponseMessage response = await _client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.True(answer.GetProperty("status").GetString() == "success", $"{path}: {answer}");
        return answer.GetProperty("data");
    }
}
