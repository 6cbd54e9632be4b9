using System.Threading.Channels;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace TrustedApps.AspNetCore.Reload;

/// <summary>
/// Uses changes of the configuration while the host runs, one after the other: however many there are in a second, the
/// last one is used, and each use is whole. No request waits for it.
/// </summary>
internal sealed class ConfigurationWatch : IDisposable
{
    // Editors write a file in several steps: what cannot be used is looked at again before it is reported.
    private static readonly TimeSpan _settling = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly List<IDisposable> _registrations = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConfigurationFiles _files;
    private readonly TimeProvider _time;
    private Task _running = Task.CompletedTask;

    /// <summary>Begins to note changes.</summary>
    /// <param name="tokens">Each returns a token that announces the next change.</param>
    /// <param name="configuration">The configuration of the host; null if it has none.</param>
    /// <param name="time">The clock.</param>
    public ConfigurationWatch(
        IEnumerable<Func<IChangeToken?>> tokens, IConfiguration? configuration, TimeProvider time)
    {
        (_files, _time) = (new ConfigurationFiles(configuration), time);
        foreach (Func<IChangeToken?> token in tokens) _registrations.Add(ChangeToken.OnChange(token, Signal));
        foreach (Func<IChangeToken?> token in _files.Tokens)
        {
            _registrations.Add(ChangeToken.OnChange(token, SignalLater));
        }
    }

    /// <summary>Notes a change.</summary>
    public void Signal() => _changes.Writer.TryWrite(true);

    /// <summary>Begins to use the changes.</summary>
    /// <param name="use">
    /// Uses the configuration as it is. It calls the action that it gets when it has read all of it, before it changes
    /// anything: that throws if settings were lost meanwhile. An exception says why the configuration cannot be used,
    /// and that nothing was changed.
    /// </param>
    /// <param name="report">Gets the outcome: the problem, or null. Called once for each change.</param>
    public void Run(Func<Action, CancellationToken, Task> use, Action<string?> report) =>
        _running = Task.Run(() => RunAsync(use, report));

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // a change that fails fails no stop
    }

    public void Dispose()
    {
        foreach (IDisposable registration in _registrations) registration.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync(Func<Action, CancellationToken, Task> use, Action<string?> report)
    {
        try
        {
            while (await _changes.Reader.WaitToReadAsync(_stopping.Token))
            {
                string? problem = await TryUseAsync(use, isSettled: false);
                if (problem is not null)
                {
                    await Task.Delay(_settling, _time, _stopping.Token);
                    problem = await TryUseAsync(use, isSettled: true);
                }

                report(problem);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<string?> TryUseAsync(Func<Action, CancellationToken, Task> use, bool isSettled)
    {
        _changes.Reader.TryRead(out _); // what comes from now on is used next
        try
        {
            _files.RequireComplete(isSettled);
            await use(() => _files.RequireComplete(isSettled), _stopping.Token);
            _files.Accept();
            return null;
        }
        catch (Exception problem) when (!_stopping.IsCancellationRequested)
        {
            return problem.Message; // of the settings, or of code of the application that sets options
        }
    }

    // A file that cannot be read announces no change of the configuration, and has lost its settings all the same.
    private void SignalLater() => _ = SignalLaterAsync();

    private async Task SignalLaterAsync()
    {
        try
        {
            await Task.Delay(_settling, _time, _stopping.Token);
            Signal();
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
