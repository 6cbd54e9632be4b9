using TrustedApps.Text;

namespace TrustedApps.Protocols.Version4;

/// <summary>The claims of a key grant, before it is verified.</summary>
internal readonly record struct KeyGrantClaims(
    bool IsForAudience,
    bool IsForBase,
    long IssuedAt,
    long ExpiresAt,
    string? Id,
    string? WrappedKey
)
{
    private const int MaxIdLength = 132; // bytes: 22 characters, each escaped

    /// <summary>
    /// Reads claims. Returns a description of the malformed part, or null. An audience or base URL that is not a string
    /// belongs to another provider.
    /// </summary>
    public static string? Read(ReadOnlySpan<byte> text, string issuer, KeyGrantRules rules, out KeyGrantClaims claims)
    {
        var json = new StrictJson(text);
        bool isIssuer = false, isAudience = false, isBase = false;
        long issuedAt = -1, expiresAt = -1;
        string? id = null, wrappedKey = null;
        claims = default;

        json.BeginObject();
        while (json.NextName(out JsonText name))
        {
            if (name.Is("iss"u8)) isIssuer = json.ReadString(out JsonText value) && value.Is(issuer);
            else if (name.Is("aud"u8))
            {
                isAudience =
                    ReadStringOrSkip(ref json, out JsonText value) && rules.Keys is { } keys && value.Is(keys.Id);
            }
            else if (name.Is("base"u8))
            {
                isBase = ReadStringOrSkip(ref json, out JsonText value) && IsOneOf(value, rules);
            }
            else if (name.Is("iat"u8)) json.ReadNumber(out issuedAt);
            else if (name.Is("exp"u8)) json.ReadNumber(out expiresAt);
            else if (name.Is("jti"u8))
            {
                id = json.ReadString(out JsonText value) && value.MaxLength <= MaxIdLength ? value.ToString() : null;
            }
            else if (name.Is("cnf"u8))
            {
                wrappedKey = ReadConfirmation(ref json);
                if (wrappedKey is null) return "its cnf is not one jwe";
            }
            else return "its claims hold a member that version 4 does not have";
        }

        claims = new KeyGrantClaims(isAudience, isBase, issuedAt, expiresAt, id, wrappedKey);
        if (!json.IsDone) return "its claims are no strict JSON object";
        if (!isIssuer) return "its iss is not the application that the request names";
        return issuedAt < 0 || expiresAt < 0 || id is null || wrappedKey is null
            ? "iat, exp, jti or cnf is missing or malformed"
            : null;
    }

    private static bool ReadStringOrSkip(ref StrictJson json, out JsonText value)
    {
        if (json.IsAtString) return json.ReadString(out value);
        value = default;
        json.Skip();
        return false;
    }

    private static bool IsOneOf(JsonText value, KeyGrantRules rules)
    {
        if (rules.AcceptsAnyBaseUrl) return true;
        foreach (BaseUrl baseUrl in rules.BaseUrls)
        {
            if (value.Is(baseUrl.Text)) return true;
        }

        return false;
    }

    private static string? ReadConfirmation(ref StrictJson json)
    {
        string? jwe = null;
        json.BeginObject();
        while (json.NextName(out JsonText name))
        {
            if (!name.Is("jwe"u8) || !json.ReadString(out JsonText value)) return null;
            jwe = value.ToString();
        }

        return jwe;
    }
}
