using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Reload;
using TrustedApps.AspNetCore.SignIn.Schemes;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>Takes over changes of the trusted proxies in the configuration while the host runs.</summary>
internal sealed class ProxyReload(
    CurrentProxies proxies, IServiceProvider services, ILogger<ProxyReload> logger)
    : SchemesReload<TrustedProxyOptions>(ConfigurationReload.TrustedProxies, _reloaded, services)
{
    private static readonly string[] _reloaded =
    [
        nameof(TrustedProxyOptions.Header),
        nameof(TrustedProxyOptions.Cookie),
        nameof(TrustedProxyOptions.Addresses),
        nameof(TrustedProxyOptions.AllowCommas),
        nameof(TrustedProxyOptions.Attributes),
        nameof(TrustedProxyOptions.Rewrites),
    ];

    protected override Task UseAsync(IReadOnlyDictionary<string, TrustedProxyOptions> changed)
    {
        TrustedProxy[] before = proxies.All;
        TrustedProxy[] after = Array.ConvertAll(before, proxy => Renew(proxy, changed.GetValueOrDefault(proxy.Scheme)));
        proxies.Replace(after);
        foreach (TrustedProxy proxy in after.Except(before)) logger.ConfigurationReloaded(proxy.Scheme);
        return Task.CompletedTask;
    }

    protected override void LogNotUsed(string problem) => logger.ConfigurationNotUsed(problem);

    protected override void LogUsable() => logger.ConfigurationUsable();

    protected override void LogRestart(string scheme, string settings) => logger.SettingsNeedRestart(scheme, settings);

    private static TrustedProxy Renew(TrustedProxy proxy, TrustedProxyOptions? changed) =>
        changed is null || TrustedProxy.SettingsOf(changed) == proxy.Settings
            ? proxy
            : new TrustedProxy(proxy.Scheme, changed);
}
