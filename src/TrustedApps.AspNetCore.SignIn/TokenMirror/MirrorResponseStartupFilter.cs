using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using TrustedApps.AspNetCore.Schemes;

namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>Sets the headers of each response of the mirror.</summary>
/// <remarks>
/// Callbacks before a response starts run in reverse order. This one is registered before the first middleware, so that
/// it runs after the callbacks of middleware in front of the mirror.
/// </remarks>
internal sealed class MirrorResponseStartupFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(static (context, next) =>
        {
            context.Response.OnStarting(static context => SetHeaders((HttpContext)context), context);
            return next(context);
        });
        next(app);
    };

    private static Task SetHeaders(HttpContext context)
    {
        if (context.Features.Get<MirrorFeature>() is not null) PrivateResponse.SetHeaders(context.Response);
        return Task.CompletedTask;
    }
}
