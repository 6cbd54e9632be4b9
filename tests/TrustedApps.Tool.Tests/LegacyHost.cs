using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Tool.Tests;

/// <summary>An application of older versions, as far as its certificate goes.</summary>
internal static class LegacyHost
{
    public static Task<KestrelServer> StartAsync(ApplicationKeys keys) => KestrelServer.StartAsync(
        (_, _) => { },
        app => app.MapGet(LegacyCertificate.Path, (HttpContext context) =>
        {
            context.Response.ContentType = "text/plain;charset=UTF-8";
            return context.Response.Body.WriteAsync(keys.ToLegacyCertificate().ToBytes(), context.RequestAborted).AsTask();
        }));
}
