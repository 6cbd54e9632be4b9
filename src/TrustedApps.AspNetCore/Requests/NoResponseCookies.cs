using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// Takes cookies and drops them. Middleware that began before authentication writes its cookies after every other
/// callback, so taking Set-Cookie off the response is not enough.
/// </summary>
internal sealed class NoResponseCookies : IResponseCookiesFeature, IResponseCookies
{
    public static NoResponseCookies Instance { get; } = new();

    public IResponseCookies Cookies => this;

    public void Append(string key, string value)
    {
    }

    public void Append(string key, string value, CookieOptions options)
    {
    }

    public void Delete(string key)
    {
    }

    public void Delete(string key, CookieOptions options)
    {
    }
}
