using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Certificates;
using TrustedApps.AspNetCore.Reload;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>
/// Takes over changes of the trusts in the configuration while the host runs. Other settings take effect at the next
/// start.
/// </summary>
internal sealed class TrustedAppsReload(
    TrustRegister register,
    UserResolverRegistration users,
    IServiceProvider services,
    ILogger<TrustedAppsReload> logger
) : SchemesReload<TrustedAppsOptions>(
    ConfigurationReload.TrustedApplications, [nameof(TrustedAppsOptions.Applications)], services)
{
    protected override async Task UseAsync(IReadOnlyDictionary<string, TrustedAppsOptions> changed)
    {
        var changes = new Dictionary<SchemeTrusts, TrustChange>();
        foreach (SchemeTrusts scheme in register.Schemes)
        {
            if (!changed.TryGetValue(scheme.Scheme, out TrustedAppsOptions? options)) continue;
            if (options.Applications.Count > 0) scheme.IsEveryone = await users.RequireAsync(scheme.Scheme);
            changes[scheme] = scheme.Plan(options);
        }

        lock (register.Gate)
        {
            register.RequireOnce(changes);
            // whole: nothing from here on fails
            foreach ((SchemeTrusts scheme, TrustChange change) in changes) scheme.Withdraw(change);
            foreach ((SchemeTrusts scheme, TrustChange change) in changes) scheme.Put(change);
        }

        foreach ((SchemeTrusts scheme, TrustChange change) in changes)
        {
            scheme.Fetch(change);
            if (!change.IsEmpty) Log(scheme.Scheme, change);
        }
    }

    protected override void LogNotUsed(string problem) => logger.ConfigurationNotUsed(problem);

    protected override void LogUsable() => logger.ConfigurationUsable();

    protected override void LogRestart(string scheme, string settings) => logger.SettingsNeedRestart(scheme, settings);

    private void Log(string scheme, TrustChange change) => logger.ConfigurationReloaded(
        scheme,
        NamesOf(change.Served.Select(served => served.Entry).Concat(change.Awaited)),
        NamesOf(change.Removed)
    );

    private static string NamesOf(IEnumerable<ConfiguredTrust> trusts)
    {
        string[] names = [.. trusts.Select(trust => $"'{trust.ApplicationId ?? trust.Id ?? trust.Url}'")];
        return names.Length == 0 ? "none" : string.Join(", ", names);
    }
}
