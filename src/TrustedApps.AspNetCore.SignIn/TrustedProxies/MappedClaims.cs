using System.Security.Claims;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>The claims that attribute headers stand for.</summary>
internal static class MappedClaims
{
    public static IEnumerable<Claim> Of(IReadOnlyList<ClaimMapping> attributes, string?[] values) =>
        attributes.SelectMany((attribute, index) => ValuesOf(attribute, values[index]).Select(value => new Claim(attribute.ClaimType, value)));

    private static string[] ValuesOf(ClaimMapping attribute, string? sent)
    {
        string[] values = TrustedProxy.IsAbsent(sent) ? []
            : attribute.Separator is { } separator ? sent!.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [sent!];
        return values.Length == 0 && attribute.Default is { } value ? [value] : values;
    }
}
