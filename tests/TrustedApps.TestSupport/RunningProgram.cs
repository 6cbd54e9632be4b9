using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace TrustedApps.TestSupport;

/// <summary>A web application of a document while it serves: its program is inside of <c>app.Run()</c>.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly Task _end;
    private bool _isStopped;

    private RunningProgram(IHost host, Task end)
    {
        (_host, _end) = (host, end);
        Url = new Uri(host.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
    }

    public Uri Url { get; }

    public IServiceProvider Services => _host.Services;

    public static async Task<RunningProgram> StartAsync(CompiledProgram program, string contentRoot, params string[] arguments)
    {
        using var watch = new HostWatch();
        Task end = program.RunAsync(["--contentRoot", contentRoot, "--urls", "http://127.0.0.1:0", .. arguments]);
        if (await Task.WhenAny(watch.Built, end) == end) await end; // throws the reason

        IHost host = await watch.Built;
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(started.SetResult);
        if (await Task.WhenAny(started.Task, end) == end) await end;
        return new RunningProgram(host, end);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isStopped, true)) return;
        _host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await _end;
    }
}
