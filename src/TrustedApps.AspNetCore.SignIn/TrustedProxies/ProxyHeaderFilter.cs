using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Schemes;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>
/// Looks at each request before anything else does, so that nothing sees a spoofed header, whichever schemes are asked
/// later, and so that the address is that of the connection.
/// </summary>
internal sealed class ProxyHeaderFilter(TrustedProxyList fronts, ILogger<ProxyAuthenticationHandler> logger) : IStartupFilter
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
        ProxyIdentityFeature findings = ProxyIdentityFeature.None;
        foreach (TrustedProxy front in fronts.All)
        {
            ProxyIdentity finding = front.Inspect(context, out string? problem);
            if (ReferenceEquals(finding, ProxyIdentity.Nothing)) continue;
            findings = findings.With(front.Scheme, finding);
            if (finding.Code is { } code) logger.Rejected(context, front.Scheme, code, problem!);
        }

        context.Features.Set(findings);
    }
}
