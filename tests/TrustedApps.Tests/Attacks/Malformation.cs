using System.Text.RegularExpressions;

namespace TrustedApps.Tests.Attacks;

/// <summary>
/// The kinds of malformation that public collections of vectors for JSON, base64url, JWS and JWE hold, generated for a
/// given text. Each result has a name for the failure message. None equals the original.
/// </summary>
internal static partial class Malformation
{
    private static readonly string[] _otherValues =
        ["null", "true", "false", "[]", "{}", "[\"a\"]", "{\"a\":1}", "1.0", "1e3", "-1", "-0", "01", "+1", "0x1", "NaN", "Infinity", "1795000000.0",
            "253402300800", "99999999999999999999", "1e400", "'a'", "a", "", "\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\x41\"", "\"\\u12\"", "\"a\tb\"", "\"a\0b\"", "undefined"];

    /// <summary>Texts that are not an object by the strict rules, or lack or alter one of its members.</summary>
    public static IEnumerable<(string Kind, string Text)> OfJson(string json)
    {
        foreach ((string kind, string text) in OfJsonText(json)) yield return (kind, text);
        foreach (Match member in Member().Matches(json))
        {
            (string name, string value) = (member.Groups["name"].Value, member.Groups["value"].Value);
            string Replaced(string other) => json[..member.Index] + other + json[(member.Index + member.Length)..];

            yield return ($"{name} twice", Replaced($"{member.Value},{member.Value}"));
            yield return ($"{name} twice, first another value", Replaced($"\"{name}\":\"other\",{member.Value}"));
            yield return ($"{name} twice, last another value", Replaced($"{member.Value},\"{name}\":\"other\""));
            yield return ($"{name} twice, once escaped", Replaced($"\"\\u{(int)name[0]:x4}{name[1..]}\":{value},{member.Value}"));
            yield return ($"{name} in capitals", Replaced($"\"{name.ToUpperInvariant()}\":{value}"));
            yield return ($"{name} with a space", Replaced($"\"{name} \":{value}"));
            yield return ($"{name} with NUL", Replaced($"\"{name}\\u0000\":{value}"));
            yield return ($"{name} without quotes", Replaced($"{name}:{value}"));
            yield return ($"{name} in single quotes", Replaced($"'{name}':{value}"));
            yield return ($"{name} without a colon", Replaced($"\"{name}\"{value}"));
            yield return ($"{name} with =", Replaced($"\"{name}\"={value}"));
            yield return ($"no {name}", Without(json, member));
            yield return ($"{name} in a list", Replaced($"\"{name}\":[{value}]"));
            yield return ($"{name} in an object", Replaced($"\"{name}\":{{\"value\":{value}}}"));
            foreach (string other in _otherValues.Where(other => other != value))
            {
                yield return ($"{name} is {other}", Replaced($"\"{name}\":{other}"));
            }

            if (!value.StartsWith('"')) yield return ($"{name} in quotes", Replaced($"\"{name}\":\"{value}\""));
        }
    }

    /// <summary>Spellings of bytes that are not canonical base64url.</summary>
    public static IEnumerable<(string Kind, string Text)> OfBase64Url(string encoded)
    {
        int middle = encoded.Length / 2;
        foreach (string inside in new[] { " ", "\t", "=", "+", "/", ".", "%2D", "\u00e9", "\u2028", "~", "*", "&#45;" })
        {
            yield return ($"'{inside}' in front", inside + encoded);
            yield return ($"'{inside}' inside", encoded.Insert(middle, inside));
            yield return ($"'{inside}' behind", encoded + inside);
        }

        yield return ("padding", encoded + "==");
        yield return ("cut", encoded[..^1]);
        yield return ("one character more", encoded + "A");
        yield return ("quoted", $"\"{encoded}\"");
        yield return ("twice", encoded + encoded);
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        if (encoded.Length % 4 != 0)
        {
            yield return ("spare bits", encoded[..^1] + alphabet[alphabet.IndexOf(encoded[^1], StringComparison.Ordinal) | 1]);
        }
    }

    /// <summary>Serializations that are not the compact one, or lack or alter a part of it.</summary>
    public static IEnumerable<(string Kind, string Text)> OfCompact(string token)
    {
        string[] parts = token.Split('.');
        yield return ("one more part", token + ".");
        yield return ("one more part with text", token + ".AA");
        yield return ("a dot in front", "." + token);
        yield return ("commas for dots", token.Replace('.', ','));
        yield return ("the JSON serialization", $$"""{"payload":"{{parts[1]}}","protected":"{{parts[0]}}","signature":"{{parts[^1]}}"}""");
        yield return ("a scheme in front", "Bearer " + token);
        yield return ("two tokens", $"{token},{token}");
        yield return ("reversed", string.Join('.', parts.Reverse()));
        for (int index = 0; index < parts.Length; index++)
        {
            if (parts[index].Length > 0) yield return ($"part {index} empty", string.Join('.', [.. parts[..index], "", .. parts[(index + 1)..]]));
            yield return ($"no part {index}", string.Join('.', [.. parts[..index], .. parts[(index + 1)..]]));
            yield return ($"part {index} twice", string.Join('.', [.. parts[..index], parts[index], .. parts[index..]]));
            if (parts[index].Length == 0) continue;
            foreach ((string kind, string text) in OfBase64Url(parts[index]))
            {
                yield return ($"part {index}: {kind}", string.Join('.', [.. parts[..index], text, .. parts[(index + 1)..]]));
            }
        }
    }

    /// <summary>Protected headers that ask for something else than what the specification shows.</summary>
    public static IEnumerable<(string Kind, string Text)> OfHeader(string header)
    {
        foreach ((string kind, string text) in OfJson(header)) yield return (kind, text);
        string[] more =
            ["\"crit\":[]", "\"crit\":[\"exp\"]", "\"crit\":[\"b64\"],\"b64\":false", "\"b64\":true", "\"zip\":\"DEF\"", "\"jku\":\"https://evil.example/jwks\"",
                "\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"}", "\"x5u\":\"https://evil.example/\"", "\"x5c\":[]", "\"x5t\":\"AA\"", "\"x5t#S256\":\"AA\"", "\"cty\":\"JWT\"", "\"epk\":{}", "\"apu\":\"AA\"",
                "\"p2c\":1000000000", "\"p2s\":\"AA\"", "\"iv\":\"AA\"", "\"tag\":\"AA\"", "\"iss\":\"other\"", "\"url\":\"x\"", "\"nonce\":\"x\"", "\"\":\"\"", "\"x\":1"];
        foreach (string member in more.Where(member => !header.Contains(member[..member.IndexOf(':', StringComparison.Ordinal)], StringComparison.Ordinal)))
        {
            yield return ($"with {member}", header.Insert(1, member + ","));
            yield return ($"with {member} at the end", header.Insert(header.Length - 1, "," + member));
        }

        foreach (string algorithm in new[]
            {
                "none", "None", "NONE", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS384", "PS512", "ps256", "PS256 ", "ES256", "EdDSA", "Ed25519", "ML-DSA-65", "dir", "Dir", "RSA-OAEP",
                "RSA-OAEP-384", "RSA-OAEP-512", "RSA1_5", "A256KW", "A256GCMKW", "ECDH-ES", "PBES2-HS256+A128KW", "A128GCM", "A192GCM", "A256CBC-HS512", "A128CBC-HS256", "a256gcm", "JWT", "JWE", "JOSE",
                "application/trusted-app-cert+jwt", "application/trusted-app-grant+jwt", "trusted-app-grant+jwt", "trusted-app-cert+jwt", "trusted-app-certificate+jws", "TRUSTED-APP-CERT+JWT", "jwk-set+json", "AA",
            })
        {
            foreach (Match member in Member().Matches(header))
            {
                string changed = $"\"{member.Groups["name"].Value}\":\"{algorithm}\"";
                if (changed != member.Value) yield return ($"{changed}", header.Replace(member.Value, changed, StringComparison.Ordinal));
            }
        }
    }

    private static IEnumerable<(string Kind, string Text)> OfJsonText(string json)
    {
        yield return ("nothing", "");
        yield return ("a byte order mark", "\uFEFF" + json);
        yield return ("twice", json + json);
        yield return ("a list", $"[{json}]");
        yield return ("a string", $"\"{json.Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
        yield return ("deeper than allowed", json.Insert(1, "\"deep\":" + new string('[', 64) + new string(']', 64) + ","));
        foreach (string around in new[] { " ", "\n", "\t", "\r", "\0", "/**/", "//", ",", "}", "1", "null", "\u00a0", "\v" })
        {
            yield return ($"'{around}' in front", around + json);
            yield return ($"'{around}' behind", json + around);
            yield return ($"'{around}' after the brace", json.Insert(1, around));
            yield return ($"'{around}' before the brace", json.Insert(json.Length - 1, around));
            int colon = json.IndexOf("\":", StringComparison.Ordinal) + 1;
            yield return ($"'{around}' before the colon", json.Insert(colon, around));
            yield return ($"'{around}' after the colon", json.Insert(colon + 1, around));
        }

        for (int length = 1; length < json.Length; length += Math.Max(1, json.Length / 40)) yield return ($"cut after {length}", json[..length]);
    }

    private static string Without(string json, Match member)
    {
        string rest = json.Remove(member.Index, member.Length);
        return rest.Replace(",,", ",", StringComparison.Ordinal).Replace("{,", "{", StringComparison.Ordinal).Replace(",}", "}", StringComparison.Ordinal);
    }

    [GeneratedRegex("""(?<=[{,])"(?<name>[^"]+)":(?<value>"[^"]*"|\d+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Member();
}
