using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// Answers 400 to a host name or path prefix that ASP.NET Core cannot decode, in front of all middleware (RFC 9110,
/// section 7.2).
/// </summary>
/// <remarks>
/// <see cref="HttpRequest.Host"/> and the middleware for forwarded headers throw for them: strangers would get status
/// 500 and an error in the log wherever the application, or a login page's redirect, reads the host.
/// </remarks>
internal sealed class MalformedRequestStartupFilter : IStartupFilter
{
    private const string ALabel = "xn--"; // RFC 5890, section 2.3.1: decoded
    private const string Null = "%00";

    // HostString does not encode them; a host with any other character goes through IdnMapping, which may throw.
    private static readonly SearchValues<char> _plain = SearchValues.Create(
        "%-.0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ[]abcdefghijklmnopqrstuvwxyz"
    );

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(static (context, next) =>
        {
            if (IsWellFormed(context.Request.Headers)) return next(context);

            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        });
        next(app);
    };

    private static bool IsWellFormed(IHeaderDictionary headers) =>
        All(headers.Host, IsHost)
        && All(headers["X-Forwarded-Host"], IsHost)
        && All(headers["X-Forwarded-Prefix"], IsPrefix);

    private static bool All(StringValues header, Func<string, bool> isValid)
    {
        foreach (string? value in header)
        {
            if (string.IsNullOrEmpty(value)) continue;
            bool isValue = value.Contains(',', StringComparison.Ordinal)
                ? Array.TrueForAll(value.Split(',', StringSplitOptions.TrimEntries), entry => isValid(entry.Trim('"')))
                : isValid(value.Trim('"'));
            if (!isValue) return false;
        }

        return true;
    }

    private static bool IsHost(string host)
    {
        bool isPlain =
            !host.AsSpan().ContainsAnyExcept(_plain) && !host.Contains(ALabel, StringComparison.OrdinalIgnoreCase);
        if (isPlain) return true;
        try
        {
            HostString.FromUriComponent(host).ToUriComponent(); // both ways, as the forwarded one goes
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool IsPrefix(string prefix) =>
        !prefix.StartsWith('/') || !prefix.Contains(Null, StringComparison.Ordinal); // others are not read
}
