using System.Diagnostics;
using System.Net;

namespace TrustedApps.Bench.Http;

/// <summary>A target in a process of its own, which ends with this one: it hangs on the pipe from it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, string origin) => (_process, Origin) = (process, origin);

    /// <summary>Such as http://127.0.0.1:40123.</summary>
    public string Origin { get; }

    public IPEndPoint EndPoint => IPEndPoint.Parse(Origin["http://".Length..]);

    /// <summary>The time that its core worked for it.</summary>
    public TimeSpan Work
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts one and waits until it listens.</summary>
    /// <param name="arguments">Of the command line of this program.</param>
    public static async Task<ServerProcess> StartAsync(params string[] arguments)
    {
        string program = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        ProcessStartInfo start = Cores.On(Cores.OfServers, [program, .. isHost ? [typeof(ServerProcess).Assembly.Location] : Array.Empty<string>(), .. arguments]);
        (start.UseShellExecute, start.RedirectStandardInput, start.RedirectStandardOutput) = (false, true, true);
        start.Environment["DOTNET_TC_CallCountingDelayMs"] = "0"; // what is called often is compiled for good at once, not when calls get rare: the code is the same
        Process process = Process.Start(start)!;
        if (await process.StandardOutput.ReadLineAsync() is { } origin) return new ServerProcess(process, origin);

        process.Dispose();
        throw new InvalidOperationException($"A server did not start: {string.Join(' ', arguments)}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
