using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>A cookie of the front, in whatever spellings a request holds it. ASP.NET Core takes a comma for a semicolon, so both separate here.</summary>
internal static class ProxyCookie
{
    /// <summary>Finds the value; whether anything of that name is there; and what is wrong with it, or null.</summary>
    public static string? Find(IHeaderDictionary headers, HeaderNameMatcher field, out bool isThere, out string? problem)
    {
        (string? value, isThere, problem) = (null, false, null);
        foreach (Pair pair in Split(headers.Cookie).Where(pair => field.IsSpelledAs(pair.Name)))
        {
            if (isThere) problem = $"Cookie {field.Text} is there twice, or in several spellings. The front has to unset it before it sets it";
            else if (!pair.IsExactly(field)) problem = $"The front let a cookie pass that spells {field.Text} in another way. It has to unset that, too";
            else if (pair.IsCut || pair.Value.Contains('"', StringComparison.Ordinal)) problem = $"Cookie {field.Text} holds a comma or a quotation mark. The front has to percent-encode them";
            (isThere, value) = (true, Uri.UnescapeDataString(pair.Value));
        }

        return value;
    }

    public static void Remove(IHeaderDictionary headers, HeaderNameMatcher field)
    {
        string rest = string.Join("; ", Split(headers.Cookie).Where(pair => !field.IsSpelledAs(pair.Name)).Select(pair => pair.Text));
        headers.Cookie = rest.Length == 0 ? StringValues.Empty : rest; // empty: the header goes
    }

    private static IEnumerable<Pair> Split(StringValues headers)
    {
        foreach (string header in headers.OfType<string>())
        {
            for (int start = 0, end; start < header.Length; start = end + 1)
            {
                end = header.AsSpan(start).IndexOfAny(';', ',') is var length and >= 0 ? start + length : header.Length;
                string text = header[start..end].Trim();
                bool isCut = (start > 0 && header[start - 1] == ',') || (end < header.Length && header[end] == ',');
                if (text.Length > 0) yield return new Pair(text, isCut);
            }
        }
    }

    /// <param name="Text">Name, equals sign and value.</param>
    /// <param name="IsCut">Whether a comma begins or ends it, which may have been a part of its value or of the one before.</param>
    private readonly record struct Pair(string Text, bool IsCut)
    {
        public string Name => (Text.IndexOf('=', StringComparison.Ordinal) is var equals and >= 0 ? Text[..equals] : Text).Trim();

        // Letter by letter, unlike a header: a front that unsets a cookie lets it pass in other case (RFC 6265 section 5.3).
        public bool IsExactly(HeaderNameMatcher field) => Text.StartsWith(field.Text + "=", StringComparison.Ordinal);

        public string Value => Text.IndexOf('=', StringComparison.Ordinal) is var equals and >= 0 ? Text[(equals + 1)..].Trim() : "";
    }
}
