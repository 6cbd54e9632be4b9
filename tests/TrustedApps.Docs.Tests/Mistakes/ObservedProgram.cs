using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace TrustedApps.Docs.Tests.Mistakes;

/// <summary>One application of the pair, as it starts, runs and ends.</summary>
internal sealed class ObservedProgram : IAsyncDisposable
{
    private readonly IHost? _host;
    private readonly Task _end;

    private ObservedProgram(IHost? host, Task end, LogRecorder logs, Exception? failure) =>
        (_host, _end, Logs, Failure) = (host, end, logs, failure);

    public LogRecorder Logs { get; }

    /// <summary>The reason why it has not started; null if it has.</summary>
    public Exception? Failure { get; }

    public static async Task<ObservedProgram> StartAsync(CompiledProgram program, string contentRoot)
    {
        var logs = new LogRecorder();
        using var watch = new HostWatch(logs);
        Task end = program.RunAsync("--environment", "Production", "--contentRoot", contentRoot);
        try
        {
            if (await Task.WhenAny(watch.Built, end) == end) await end; // throws the reason
            IHost host = await watch.Built;
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using CancellationTokenRegistration registration = host.Services.GetRequiredService<IHostApplicationLifetime>()
                .ApplicationStarted.Register(started.SetResult);
            if (await Task.WhenAny(started.Task, end) == end) await end;
            return new ObservedProgram(host, end, logs, failure: null);
        }
        catch (ObjectDisposedException) // of the host, whose start has failed
        {
            return new ObservedProgram(host: null, end, logs, await Assert.ThrowsAnyAsync<Exception>(() => end));
        }
        catch (Exception failure)
        {
            return new ObservedProgram(host: null, end, logs, failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is null) return;
        _host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await _end;
    }
}
