using System.Net;
using Microsoft.AspNetCore.Http;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>Whether nobody on the way could read the password of a request.</summary>
internal static class PasswordTransport
{
    public const string Advice = "A password over plain http. Use https; behind a proxy, read its X-Forwarded-Proto; or set AllowHttp.";

    // Both ends: behind a proxy on this host, forwarded headers give the client's address, and the client used plain http.
    public static bool IsProtected(HttpContext context) =>
        context.Request.IsHttps || (IsLoopback(context.Connection.LocalIpAddress) && IsLoopback(context.Connection.RemoteIpAddress));

    private static bool IsLoopback(IPAddress? address) => address is not null && IPAddress.IsLoopback(address);
}
