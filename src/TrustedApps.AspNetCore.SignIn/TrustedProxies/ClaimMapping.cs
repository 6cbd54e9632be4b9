using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>
/// Maps a header of a trusted proxy to claims of the user. A claim type that the user resolver sets itself is not
/// mapped.
/// </summary>
public sealed class ClaimMapping
{
    private const string NoValue = "(null)"; // Apache's RequestHeader writes it for a variable that is not set

    /// <summary>The header, such as <c>MELLON_mail</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>
    /// The type of the claim, such as <see cref="ClaimTypes.Email"/>. The type of the user's name is not allowed.
    /// </summary>
    public string ClaimType { get; set; } = "";

    /// <summary>The value of the claim if the header is absent or empty.</summary>
    /// <value>Default null: no claim then.</value>
    public string? Default { get; set; }

    /// <summary>
    /// The character between several values in the header, each of which becomes a claim, as with <c>MellonMergeEnvVars
    /// On ";"</c>.
    /// </summary>
    /// <value>Default null: the whole header is one value.</value>
    public char? Separator { get; set; }

    internal static bool IsAbsent([NotNullWhen(false)] string? value) => value is null or "" or NoValue;

    internal IEnumerable<Claim> ToClaims(string? header)
    {
        string[] values =
            IsAbsent(header) ? []
            : Separator is { } separator
                ? header.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [header];
        if (values.Length == 0 && Default is { } value) values = [value];
        return values.Select(value => new Claim(ClaimType, value));
    }
}
