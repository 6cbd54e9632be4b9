using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TrustedApps.TestSupport;

/// <summary>Finds the host that a program builds, by the event with which .NET's own tools find it.</summary>
internal sealed class HostWatch : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private static readonly AsyncLocal<HostWatch?> _current = new();

    private readonly TaskCompletionSource<IHost> _built = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IDisposable _listeners;
    private readonly LogRecorder? _logs;
    private IDisposable? _events;

    /// <param name="logs">Takes the place of all logging providers; null leaves them.</param>
    public HostWatch(LogRecorder? logs = null)
    {
        _logs = logs;
        _current.Value = this;
        _listeners = DiagnosticListener.AllListeners.Subscribe(this);
    }

    public Task<IHost> Built => _built.Task;

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.Extensions.Hosting") _events = value.Subscribe(this);
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (_current.Value != this) return;
        if (value is { Key: "HostBuilding", Value: IHostBuilder builder } && _logs is { } logs)
        {
            builder.ConfigureServices(services => services.AddLogging(logging => logging.ClearProviders().AddProvider(logs)));
        }
        else if (value is { Key: "HostBuilt", Value: IHost host })
        {
            _built.TrySetResult(host);
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        _current.Value = null;
        _listeners.Dispose();
        _events?.Dispose();
    }
}
