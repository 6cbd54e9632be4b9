using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using TrustedApps.AspNetCore.SignIn.Schemes;

namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>Which handlers cannot be asked for a token. Those that only forward are seen when they answer.</summary>
internal static class TokenSchemes
{
    public static bool RestsOnSomethingElse(Type handler) =>
        handler.IsAssignableTo(typeof(INotAToken))
        || handler.IsAssignableTo(typeof(CookieAuthenticationHandler))
        || handler.IsAssignableTo(typeof(PolicySchemeHandler))
        || IsRemoteLogin(handler);

    // OAuth, OpenID Connect, WS-Federation: they authenticate by the cookie that the login left.
    private static bool IsRemoteLogin(Type handler)
    {
        for (Type? type = handler; type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(RemoteAuthenticationHandler<>)) return true;
        }

        return false;
    }
}
