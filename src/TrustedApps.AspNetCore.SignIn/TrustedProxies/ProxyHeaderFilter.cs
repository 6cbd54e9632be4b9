using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.SignIn.Schemes;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>
/// Inspects each request before the first middleware: no part of the application sees a forged header, whichever scheme
/// authenticates later, and the address is that of the connection.
/// </summary>
internal sealed class ProxyHeaderFilter : IStartupFilter
{
    private readonly TrustedProxy[] _proxies;
    private readonly ILogger _logger;

    /// <exception cref="InvalidOperationException">
    /// Two schemes share a field: one would remove what the other needs.
    /// </exception>
    public ProxyHeaderFilter(
        IOptionsMonitor<TrustedProxyOptions> options,
        IEnumerable<TrustedProxyScheme> schemes,
        ILogger<ProxyAuthenticationHandler> logger
    )
    {
        _proxies = [.. schemes.Select(scheme => new TrustedProxy(scheme.Name, options.Get(scheme.Name)))];
        _logger = logger;
        if (
            Array.Find(_proxies, proxy => _proxies.Any(other => other != proxy && other.SharesFieldsWith(proxy))) is
            { } shared
        )
        {
            throw new InvalidOperationException(
                $"Scheme '{shared.Scheme}' shares a header or cookie with another trusted proxy. Give each a name of its own, or use one scheme with the addresses of both."
            );
        }
    }

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, next) =>
        {
            Inspect(context);
            return next(context);
        });
        next(app);
    };

    private void Inspect(HttpContext context)
    {
        ProxyIdentityFeature feature = ProxyIdentityFeature.None;
        foreach (TrustedProxy proxy in _proxies)
        {
            if (proxy.Inspect(context) is not { } identity) continue;
            feature = feature.With(identity);
            if (identity.Code is { } code) _logger.Rejected(context, proxy.Scheme, code, identity.Problem!);
        }

        context.Features.Set(feature);
    }
}
