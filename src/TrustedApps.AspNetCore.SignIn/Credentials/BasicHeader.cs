using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// Reads the Authorization header of RFC 7617. A user name and password have one spelling, except for the case of
/// "Basic".
/// </summary>
internal static class BasicHeader
{
    private const string AuthScheme = "Basic";

    /// <summary>Whether one of the values is for this scheme.</summary>
    public static bool IsPresent(StringValues authorization)
    {
        foreach (string? value in authorization)
        {
            if (IsBasic(value)) return true;
        }

        return false;
    }

    public static bool TryRead(
        StringValues authorization,
        [NotNullWhen(true)] out string? userName,
        [NotNullWhen(true)] out string? password
    )
    {
        (userName, password) = (null, null);
        if (authorization is not [{ } value] || value.Length <= AuthScheme.Length) return false;
        if (!StrictBase64.TryDecode(value.AsSpan(AuthScheme.Length + 1), out byte[]? bytes)) return false;
        if (!StrictUtf8.TryDecode(bytes, out string? both)) return false;

        // the first: a user name has none (RFC 7617, section 2)
        int colon = both.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return false;
        (userName, password) = (both[..colon], both[(colon + 1)..]);
        return true;
    }

    private static bool IsBasic(string? value) => value is not null
        && value.StartsWith(AuthScheme, StringComparison.OrdinalIgnoreCase)
        && (value.Length == AuthScheme.Length || value[AuthScheme.Length] == ' ');
}
