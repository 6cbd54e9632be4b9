using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Samples.Tests;

/// <summary>
/// A sample as people run it: a process of its own, on a port that stays its own while it is stopped. It ends with this
/// process, however that ends.
/// </summary>
internal sealed partial class SampleProcess : IAsyncDisposable
{
    public const string Password = "correct horse battery staple";

    // The shell hangs on the pipe from this process; a line of it names the signal, and its end is one, too.
    private const string HangOn = "\"$@\" < /dev/null & sample=$!; read -r signal; kill -\"${signal:-KILL}\" $sample 2> /dev/null; wait $sample";

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    private readonly Socket _reserved = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<string> _said = [];
    private readonly string _name;
    private readonly string _folder;
    private readonly string[] _settings;
    private Process? _process;

    /// <summary>Reserves a port, for nginx and others have to know it before it runs.</summary>
    /// <param name="name">Tracker or Wiki.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="settings">Names and values in turn.</param>
    public SampleProcess(string name, ScratchFolder folder, params string[] settings)
    {
        // Shared with Kestrel as long as only one of them listens.
        _reserved.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        (_name, _folder, _settings) = (name, folder.Path, settings);
    }

    public string Origin => $"http://{_reserved.LocalEndPoint}";

    /// <summary>Everything that it has said.</summary>
    public string Said
    {
        get
        {
            lock (_said) return string.Join('\n', _said);
        }
    }

    /// <summary>Starts it, for the first time or again, and waits until it listens.</summary>
    public async Task<SampleProcess> StartAsync()
    {
        if (_process is not null) throw new InvalidOperationException("It runs.");

        _process = Process.Start(new ProcessStartInfo(
            "/bin/sh", ["-c", HangOn, "sh", "dotnet", BuiltProject.AssemblyOf($"samples/{_name}"), "--urls", Origin, "--Administrator:Password", Password, .. _settings])
        {
            WorkingDirectory = _folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;

        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.OutputDataReceived += (_, line) => Hear(line.Data, started);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data, started);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await started.Task.WaitAsync(_patience, TestContext.Current.CancellationToken);
        return this;
    }

    /// <summary>Ends it as if the power went.</summary>
    public Task KillAsync() => EndAsync("KILL");

    /// <summary>Ends it as a service is ended.</summary>
    public Task StopAsync() => EndAsync("TERM");

    /// <summary>What an administrator reads on its front page, to compare.</summary>
    public async Task<string> ReadFingerprintAsync()
    {
        Answer page = await GetAsync("/");
        return Fingerprint().Match(page.Body).Groups["text"].Value;
    }

    /// <summary>An ordinary request, which follows no redirect.</summary>
    public Task<Answer> GetAsync(string path) => new HttpRequestMessage(HttpMethod.Get, Origin + path).SendAsync();

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _reserved.Dispose();
    }

    private async Task EndAsync(string signal)
    {
        if (_process is not { } process) return;

        _process = null;
        await process.StandardInput.WriteLineAsync(signal);
        process.StandardInput.Close();
        await process.WaitForExitAsync(CancellationToken.None).WaitAsync(_patience);
        process.Dispose();
    }

    private void Hear(string? line, TaskCompletionSource started)
    {
        if (line is null) return;
        lock (_said) _said.Add(line);
        if (line.Contains("Application started.", StringComparison.Ordinal)) started.TrySetResult();
        if (line.Contains("Cannot run:", StringComparison.Ordinal)) started.TrySetException(new InvalidOperationException(Said));
    }

    [GeneratedRegex("Fingerprint, for administrators to compare: <code>(?<text>[^<]*)</code>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fingerprint();
}
