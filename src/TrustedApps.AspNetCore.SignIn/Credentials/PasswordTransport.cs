using System.Net;
using Microsoft.AspNetCore.Http;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>Whether the password of a request was protected from other hosts.</summary>
internal static class PasswordTransport
{
    public const string Advice =
        "The password came over plain http. Use https; behind a proxy, read its X-Forwarded-Proto header.";

    // Both ends must be loopback: behind a proxy on this host, forwarded headers set the address of a client that used
    // plain http.
    public static bool IsProtected(HttpContext context) =>
        context.Request.IsHttps
        || (IsLoopback(context.Connection.LocalIpAddress) && IsLoopback(context.Connection.RemoteIpAddress));

    private static bool IsLoopback(IPAddress? address) => address is not null && IPAddress.IsLoopback(address);
}
