using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using TrustedApps.AspNetCore.Schemes;

namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>
/// Decides which handlers authenticate by a token of the sender: those marked by <see cref="ITokenScheme"/>, those of
/// bearer tokens, and those that the application lists. A scheme that only forwards is detected by its result.
/// </summary>
internal static class TokenSchemes
{
    // By name: the package of JWT bearer is not referenced here.
    private static readonly HashSet<string> _bearerHandlers = new(StringComparer.Ordinal)
    {
        "Microsoft.AspNetCore.Authentication.BearerToken.BearerTokenHandler",
        "Microsoft.AspNetCore.Authentication.JwtBearer.JwtBearerHandler",
    };

    public static bool IsToken(Type handler, ICollection<Type> listed) =>
        !HasOtherCredential(handler)
        && (
            handler.IsAssignableTo(typeof(ITokenScheme))
            || listed.Contains(handler)
            || BasesOf(handler).Any(IsBearerHandler)
        );

    /// <summary>
    /// Whether a handler authenticates by a cookie, or forwards: it is not a token scheme even if it is marked or
    /// listed.
    /// </summary>
    public static bool HasOtherCredential(Type handler) =>
        handler.IsAssignableTo(typeof(CookieAuthenticationHandler))
        || handler.IsAssignableTo(typeof(PolicySchemeHandler))
        || BasesOf(handler).Any(IsRemoteLogin);

    private static bool IsBearerHandler(Type type) => type.FullName is { } name && _bearerHandlers.Contains(name);

    // OAuth, OpenID Connect, WS-Federation: they authenticate by the cookie of the login.
    private static bool IsRemoteLogin(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(RemoteAuthenticationHandler<>);

    private static IEnumerable<Type> BasesOf(Type handler)
    {
        for (Type? type = handler; type is not null; type = type.BaseType) yield return type;
    }
}
