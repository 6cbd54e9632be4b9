using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace TrustedApps.AspNetCore.Reload;

/// <summary>
/// Takes over changes of the options of schemes in the configuration while the host runs. A change is used for all
/// schemes of a kind, or, if one setting is not valid, not at all.
/// </summary>
/// <param name="part">The kind of schemes, for <see cref="ConfigurationReload"/>.</param>
/// <param name="reloaded">The settings that take effect while the host runs.</param>
/// <param name="services">The services of the host.</param>
internal abstract class SchemesReload<
    [DynamicallyAccessedMembers(
        DynamicallyAccessedMemberTypes.PublicProperties
        | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)]
TOptions>(string part, string[] reloaded, IServiceProvider services) : IHostedLifecycleService, IDisposable
    where TOptions : class
{
    private readonly StartedSettings<TOptions> _started = new(reloaded);
    private readonly SchemeSection[] _sections = [.. services.GetServices<SchemeSection>()];
    private readonly IOptionsChangeTokenSource<TOptions>[] _sources =
        [.. services.GetServices<IOptionsChangeTokenSource<TOptions>>()];

    private readonly Dictionary<string, string> _restarts = new(StringComparer.Ordinal); // reported, by scheme
    private ConfigurationWatch? _watch;
    private string? _reported;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        TimeProvider time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        IEnumerable<Func<IChangeToken?>> tokens =
        [
            .. _sources.Select(source => (Func<IChangeToken?>)source.GetChangeToken),
            .. _sections
                .Select(section => section.Find(services))
                .OfType<IConfiguration>()
                .Select(section => (Func<IChangeToken?>)section.GetReloadToken),
        ];
        _watch = new ConfigurationWatch(tokens, services.GetService<IConfiguration>(), time);
        foreach (SchemeSection section in _sections)
        {
            if (section.FindChanged(services).Count > 0) _watch.Signal(); // while the host started
        }

        _watch.Run(UseAsync, Report);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => _watch?.StopAsync() ?? Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _watch?.Dispose();

    /// <summary>Uses options of schemes that may have changed: of all of them, or, by an exception, of none.</summary>
    /// <param name="changed">
    /// The options by scheme. They are valid, and what takes effect at a start only is as at the start.
    /// </param>
    protected abstract Task UseAsync(IReadOnlyDictionary<string, TOptions> changed);

    protected abstract void LogNotUsed(string problem);

    protected abstract void LogUsable();

    protected abstract void LogRestart(string scheme, string settings);

    private async Task UseAsync(Action requireFiles, CancellationToken cancellationToken)
    {
        var read = new List<SchemeSection>();
        var changed = new Dictionary<string, TOptions>(StringComparer.Ordinal);
        var restarts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (SchemeSection section in _sections)
        {
            bool isRead = section.IsRead(services);
            if (!isRead && !Array.Exists(_sources, source => source.Name == section.Scheme)) continue; // code only
            section.RequireComplete(services);
            read.Add(section);
            changed[section.Scheme] = Create(section, restarts);
        }

        // Again: what was read since may have been cut short meanwhile.
        requireFiles();
        foreach (SchemeSection section in read) section.RequireComplete(services);
        await UseAsync(changed);
        foreach (SchemeSection section in read) section.Accept();
        foreach ((string scheme, string settings) in restarts)
        {
            if (_restarts.GetValueOrDefault(scheme) != settings) LogRestart(scheme, settings);
        }

        _restarts.Clear();
        foreach ((string scheme, string settings) in restarts) _restarts.Add(scheme, settings);
    }

    private TOptions Create(SchemeSection section, Dictionary<string, string> restarts)
    {
        string scheme = section.Scheme;
        TOptions started = services.GetRequiredService<IOptionsMonitor<TOptions>>().Get(scheme); // they stay
        TOptions changed = services.GetRequiredService<IOptionsFactory<TOptions>>().Create(scheme); // validates
        string[] others =
        [
            .. _started.Restore(started, changed),
            .. _started.Sections.Intersect(section.FindChanged(services), StringComparer.OrdinalIgnoreCase),
        ];
        if (others.Length == 0) return changed;

        restarts[scheme] = string.Join(", ", others);
        RequireValid(scheme, changed, restarts[scheme]);
        return changed;
    }

    // What was changed may need other settings that take effect at a start only.
    private void RequireValid(string scheme, TOptions options, string others)
    {
        foreach (IValidateOptions<TOptions> validator in services.GetServices<IValidateOptions<TOptions>>())
        {
            if (validator.Validate(scheme, options) is not { Failed: true } result) continue;
            throw new InvalidOperationException(
                $"{result.FailureMessage} With the new value of {others}, which takes effect at the next start, it may be valid: restart this application."
            );
        }
    }

    private void Report(string? problem)
    {
        // Before the log, so that a reader of the log finds the state.
        services.GetRequiredService<ConfigurationReload>().Report(part, problem);
        string? before = _reported;
        _reported = problem;
        if (problem is null && before is not null) LogUsable();
        if (problem is not null && problem != before) LogNotUsed(problem);
    }
}
