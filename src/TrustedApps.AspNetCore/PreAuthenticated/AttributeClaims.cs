using System.Security.Claims;

namespace TrustedApps.AspNetCore.PreAuthenticated;

/// <summary>The claims that attribute headers stand for.</summary>
internal static class AttributeClaims
{
    public static IEnumerable<Claim> Of(IReadOnlyList<AttributeHeader> attributes, string?[] values) =>
        attributes.SelectMany((attribute, index) => ValuesOf(attribute, values[index]).Select(value => new Claim(attribute.ClaimType, value)));

    private static string[] ValuesOf(AttributeHeader attribute, string? sent)
    {
        string[] values = Front.IsAbsent(sent) ? []
            : attribute.Separator is { } separator ? sent!.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [sent!];
        return values.Length == 0 && attribute.Default is { } value ? [value] : values;
    }
}
