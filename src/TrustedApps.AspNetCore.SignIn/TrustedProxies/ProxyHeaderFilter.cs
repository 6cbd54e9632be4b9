using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.SignIn.Schemes;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>
/// Inspects each request before the first middleware: no part of the application sees a forged header, whichever scheme
/// authenticates later, and the address is that of the connection.
/// </summary>
internal sealed class ProxyHeaderFilter(CurrentProxies proxies, ILogger<ProxyAuthenticationHandler> logger)
    : IStartupFilter
{
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
        foreach (TrustedProxy proxy in proxies.All)
        {
            if (proxy.Inspect(context) is not { } identity) continue;
            feature = feature.With(identity);
            if (identity.Code is { } code) logger.Rejected(context, proxy.Scheme, code, identity.Problem!);
        }

        context.Features.Set(feature);
    }
}
