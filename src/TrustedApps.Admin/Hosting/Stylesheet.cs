using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TrustedApps.Admin.Display;

namespace TrustedApps.Admin.Hosting;

/// <summary>Serves the stylesheet from the assembly: no files beside it are needed.</summary>
internal static class Stylesheet
{
    private static readonly byte[] _content = Read();

    public static void Map(RouteGroupBuilder group, string path)
    {
        string tag = $"\"{Convert.ToHexString(SHA256.HashData(_content).AsSpan(0, 8))}\"";
        group.MapGet(path + Links.Stylesheet, async (HttpContext context) =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers.CacheControl = "private, no-cache";
            context.Response.Headers.ETag = tag;
            if (context.Request.Headers.IfNoneMatch == tag)
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }

            context.Response.ContentType = "text/css; charset=utf-8";
            context.Response.ContentLength = _content.Length;
            await context.Response.BodyWriter.WriteAsync(_content, context.RequestAborted);
        });
    }

    private static byte[] Read()
    {
        using Stream resource = typeof(Stylesheet).Assembly.GetManifestResourceStream("style.css")!;
        using var content = new MemoryStream();
        resource.CopyTo(content);
        return content.ToArray();
    }
}
