using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using TrustedApps.Testing.Hosting;

namespace TrustedApps.Testing.Hosting.Marks;

/// <summary>
/// Makes a request of a test look as it does on a network, before the first middleware: its address, host, scheme and
/// target. A request of another client gets only the address that a server in memory lacks.
/// </summary>
internal sealed class MarkedRequestStartupFilter(TestHost host) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, next) =>
        {
            RequestMark? mark = RequestMark.Take(context.Request.Headers, host.MarkToken);
            if (mark is null) context.Connection.RemoteIpAddress ??= IPAddress.Loopback;
            else Apply(mark, context);
            RequestMark.Current = mark;
            await next(context).ConfigureAwait(false);
        });
        next(app);
    };

    private static void Apply(RequestMark mark, HttpContext context)
    {
        HttpRequest request = context.Request;
        context.Connection.RemoteIpAddress = mark.ToAddress();
        (request.Scheme, request.Headers.Host) = (mark.Scheme, mark.Host);
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = mark.Target; // TestServer has none
        PathString basePath = PathString.FromUriComponent(mark.BasePath);
        if (!basePath.HasValue) return;
        if (request.Path.StartsWithSegments(basePath, StringComparison.Ordinal, out PathString rest))
        {
            (request.PathBase, request.Path) = (request.PathBase + basePath, rest);
        }
    }
}
