using System.Diagnostics;

namespace TrustedApps.Packages.Tests;

/// <summary>An application as a person runs it: a process that says when it has started. It ends with this object.</summary>
internal sealed class RunningApplication : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    private readonly List<string> _written = [];
    private readonly Dictionary<string, TaskCompletionSource> _awaited = [];
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;

    private RunningApplication(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Exited += (_, _) => _started.TrySetException(new InvalidOperationException($"It has ended:\n{Written}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Everything that it has written.</summary>
    public string Written
    {
        get
        {
            lock (_written) return string.Join('\n', _written);
        }
    }

    /// <summary>Starts a command, and waits until the application says that it has started.</summary>
    public static async Task<RunningApplication> StartAsync(
        NewMachine machine, string folder, string program, params IEnumerable<string> arguments)
    {
        var application = new RunningApplication(Command.Prepare(machine.Environment, folder, program, arguments));
        try
        {
            await application._started.Task.WaitAsync(_patience, TestContext.Current.CancellationToken);
            return application;
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until it has written a text.</summary>
    public Task WritesAsync(string text)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_written)
        {
            if (_written.Exists(line => line.Contains(text, StringComparison.Ordinal))) written.SetResult();
            else _awaited[text] = written;
        }

        return written.Task.WaitAsync(_patience, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null) return;
        lock (_written)
        {
            _written.Add(line);
            foreach ((string text, TaskCompletionSource written) in _awaited)
            {
                if (line.Contains(text, StringComparison.Ordinal)) written.TrySetResult();
            }
        }

        if (line.Contains("Application started.", StringComparison.Ordinal)) _started.TrySetResult();
    }
}
