using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using TrustedApps.AspNetCore.Certificates;
using TrustedApps.AspNetCore.Reload;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>
/// Takes over changes of the trusts in the configuration while the host runs. A change is used for all schemes, or, if
/// one setting is not valid, not at all. Other settings take effect at the next start.
/// </summary>
internal sealed class TrustedAppsReload(
    TrustRegister register,
    IEnumerable<SchemeSection> sections,
    IEnumerable<IOptionsChangeTokenSource<TrustedAppsOptions>> sources,
    IOptionsFactory<TrustedAppsOptions> factory,
    IEnumerable<IValidateOptions<TrustedAppsOptions>> validators,
    UserResolverRegistration users,
    ConfigurationReload status,
    IServiceProvider services,
    ILogger<TrustedAppsReload> logger
) : IHostedLifecycleService, IDisposable
{
    private const string Part = "trusted applications";

    private readonly StartedSettings<TrustedAppsOptions> _started = new(nameof(TrustedAppsOptions.Applications));
    private readonly SchemeSection[] _sections = [.. sections];
    private readonly Dictionary<string, string> _restarts = []; // the settings that were reported, by scheme
    private ConfigurationWatch? _watch;
    private string? _reported;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        TimeProvider time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        IEnumerable<Func<IChangeToken?>> tokens =
        [
            .. sources.Select(source => (Func<IChangeToken?>)source.GetChangeToken),
            .. _sections
                .Select(section => section.Find(services))
                .OfType<IConfiguration>()
                .Select(section => (Func<IChangeToken?>)section.GetReloadToken),
        ];
        _watch = new ConfigurationWatch(tokens, services.GetService<IConfiguration>(), time);
        foreach (SchemeSection section in _sections)
        {
            if (section.HasChanged(services)) _watch.Signal(); // while the host started
            section.Accept(services);
        }

        _watch.Run(UseAsync, Report);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => _watch?.StopAsync() ?? Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _watch?.Dispose();

    private async Task UseAsync(CancellationToken cancellationToken)
    {
        var changes = new Dictionary<SchemeTrusts, TrustChange>();
        var restarts = new Dictionary<string, string>();
        foreach (SchemeTrusts scheme in register.Schemes)
        {
            SchemeSection section = _sections.First(section => section.Scheme == scheme.Scheme);
            if (!section.IsRead(services) && !sources.Any(source => source.Name == scheme.Scheme)) continue; // code only
            section.RequireComplete(services);
            changes[scheme] = await PlanAsync(scheme, restarts);
        }

        Do(changes);
        foreach (SchemeSection section in _sections) section.Accept(services);
        foreach ((string scheme, string settings) in restarts) WarnOf(scheme, settings);
        _restarts.Keys.Except(restarts.Keys).ToList().ForEach(scheme => _restarts.Remove(scheme)); // as at the start
    }

    private async Task<TrustChange> PlanAsync(SchemeTrusts scheme, Dictionary<string, string> restarts)
    {
        TrustedAppsOptions changed = factory.Create(scheme.Scheme); // validated, as at the next start
        IReadOnlyList<string> others = _started.Restore(scheme.Settings, changed);
        if (others.Count > 0)
        {
            restarts[scheme.Scheme] = string.Join(", ", others);
            RequireValid(scheme.Scheme, changed, restarts[scheme.Scheme]);
        }

        if (changed.Applications.Count > 0) scheme.IsEveryone = await users.RequireAsync(scheme.Scheme);
        return scheme.Plan(changed);
    }

    // The trusts may need other settings that take effect at a start only.
    private void RequireValid(string scheme, TrustedAppsOptions options, string others)
    {
        foreach (IValidateOptions<TrustedAppsOptions> validator in validators)
        {
            if (validator.Validate(scheme, options) is not { Failed: true } result) continue;
            throw new InvalidOperationException(
                $"{result.FailureMessage} With the new value of {others}, which takes effect at the next start, it may be valid: restart this application."
            );
        }
    }

    // Whole: nothing from here on fails.
    private void Do(Dictionary<SchemeTrusts, TrustChange> changes)
    {
        lock (register.Gate)
        {
            register.RequireOnce(changes);
            foreach ((SchemeTrusts scheme, TrustChange change) in changes) scheme.Withdraw(change);
            foreach ((SchemeTrusts scheme, TrustChange change) in changes) scheme.Put(change);
        }

        foreach ((SchemeTrusts scheme, TrustChange change) in changes)
        {
            scheme.Fetch(change.Awaited);
            if (change.IsEmpty) continue;
            logger.ConfigurationReloaded(
                scheme.Scheme,
                NamesOf(change.Served.Select(served => served.Entry).Concat(change.Awaited)),
                NamesOf(change.Removed)
            );
        }
    }

    private void Report(string? problem)
    {
        if (problem is null && _reported is not null) logger.ConfigurationUsable();
        if (problem is not null && problem != _reported) logger.ConfigurationNotUsed(problem);
        _reported = problem;
        status.Report(Part, problem);
    }

    private void WarnOf(string scheme, string settings)
    {
        if (_restarts.TryGetValue(scheme, out string? reported) && reported == settings) return;
        _restarts[scheme] = settings;
        logger.SettingsNeedRestart(scheme, settings);
    }

    private static string NamesOf(IEnumerable<ConfiguredTrust> trusts)
    {
        string[] names = [.. trusts.Select(trust => $"'{trust.ApplicationId ?? trust.Id ?? trust.Url}'")];
        return names.Length == 0 ? "none" : string.Join(", ", names);
    }
}
