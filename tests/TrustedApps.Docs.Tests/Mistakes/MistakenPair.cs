using System.Collections.Concurrent;
using System.Diagnostics;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Docs.Tests.Mistakes;

/// <summary>The pair of the document in a folder of its own, with one mistake made.</summary>
internal sealed class MistakenPair : IDisposable
{
    private const string Root = "/srv";

    private static readonly ConcurrentDictionary<string, CompiledProgram> _programs = new();
    private static readonly string[] _fetched = ["TrustAwaited", "TrustRefused", "TrustReady"]; // events
    private static readonly string _tool = BuiltProject.AssemblyOf("src/TrustedApps.Tool");

    private readonly ScratchFolder _folder = new();
    private readonly ReservedPort _trackerReserved = new(), _wikiReserved = new();
    private readonly string _trackerPort;
    private readonly string _wikiPort;
    private readonly Mistake _mistake;
    private readonly bool _fetches; // the tracker, in the background
    private readonly Observation _observation;

    public MistakenPair(Mistake mistake)
    {
        _mistake = mistake;
        (_trackerPort, _wikiPort) = ($":{_trackerReserved}", $":{_wikiReserved}");
        _observation = new((_folder.Path, Root), (_trackerPort, ":5101"), (_wikiPort, ":5102"));
        Dictionary<string, string> files = new(MistakeDocument.Pair);
        Patch.Apply(mistake.Changes, files);
        Make(ThrowAwayKeys.Of("tracker:42", 2), "tracker");
        Make(ThrowAwayKeys.Of("wiki:8731", 0), "wiki");
        File.Copy(PathOf("wiki/wiki.certificate"), PathOf("tracker/wiki.certificate"));
        Directory.CreateDirectory(PathOf("spare"));
        ThrowAwayKeys.Of("tracker:42", 3).Save(PathOf("spare/tracker-keys.json"));
        ThrowAwayKeys.Of("wiki:8731", 4).Save(PathOf("spare/wiki-keys.json"));
        foreach ((string file, string text) in files) File.WriteAllText(PathOf(file), Here(text));
        _fetches = files["tracker/appsettings.json"].Contains("CertificateUrl", StringComparison.Ordinal);
        WriteTool();
    }

    /// <summary>Makes the mistake and returns what people see.</summary>
    public async Task<string> ObserveAsync()
    {
        if (_mistake.Commands.Length > 0) await RunAsync(_mistake.Commands);
        if (_mistake.Session.Length > 0) await ObserveSessionAsync();
        else await ObserveProgramsAsync();
        return _observation.ToString();
    }

    public void Dispose()
    {
        _trackerReserved.Dispose();
        _wikiReserved.Dispose();
        _folder.Dispose();
    }

    private async Task ObserveSessionAsync()
    {
        foreach (string command in _mistake.Session.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            _observation.AddPlain(await RunAsync($"script -qec \"{command.TrimStart('$', ' ')}\" /dev/null"));
        }
    }

    private async Task ObserveProgramsAsync()
    {
        await using ObservedProgram wiki = await StartAsync("wiki");
        await using ObservedProgram tracker = await StartAsync("tracker");
        if (tracker.Failure is null && wiki.Failure is null)
        {
            if (_fetches) await Task.WhenAny(_fetched.Select(tracker.Logs.FirstAsync));
            using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
            using HttpResponseMessage page = await browser.GetAsync(new Uri($"http://127.0.0.1{_wikiPort}/"), TestContext.Current.CancellationToken);
            string content = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            if (page.IsSuccessStatusCode) _observation.Add("the page of the wiki:", content);
        }

        _observation.Add("tracker", tracker.Logs);
        _observation.Add("wiki", wiki.Logs);
    }

    private async Task<ObservedProgram> StartAsync(string application)
    {
        CompiledProgram code = _programs.GetOrAdd(await File.ReadAllTextAsync(PathOf($"{application}/Program.cs")), text => CompiledProgram.Compile(text));
        ObservedProgram program = await ObservedProgram.StartAsync(code, PathOf(application));
        if (program.Failure is { } failure) _observation.Add($"{application} does not start", failure);
        return program;
    }

    // A shell, in which trusted-apps is the tool.
    private async Task<string> RunAsync(string commands)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"({Here(commands)}) 2>&1"])
        {
            WorkingDirectory = _folder.Path,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        start.Environment["PATH"] = $"{_folder.Path}/bin:{start.Environment["PATH"]}";
        (start.Environment["TERM"], start.Environment["NO_COLOR"], start.Environment["COLUMNS"]) = ("dumb", "1", "120");
        using Process shell = Process.Start(start)!;
        shell.StandardInput.Close();
        string output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output;
    }

    private void Make(ApplicationKeys keys, string application)
    {
        Directory.CreateDirectory(PathOf(application));
        keys.Save(PathOf($"{application}/{application}-keys.json"));
        File.WriteAllBytes(PathOf($"{application}/{application}.certificate"), keys.ToCertificate().ToBytes());
    }

    private void WriteTool()
    {
        Directory.CreateDirectory(PathOf("bin"));
        string tool = _folder.Write("bin/trusted-apps", $"#!/bin/sh\nexec dotnet {_tool} \"$@\"\n");
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("The commands of the document are of a Unix shell.");
        File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private string PathOf(string file) => _folder.PathOf(file);

    private string Here(string text) => text
        .Replace(Root, _folder.Path, StringComparison.Ordinal)
        .Replace(":5101", _trackerPort, StringComparison.Ordinal)
        .Replace(":5102", _wikiPort, StringComparison.Ordinal);
}
