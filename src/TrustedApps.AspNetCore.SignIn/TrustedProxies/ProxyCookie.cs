using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>
/// A cookie of a trusted proxy. ASP.NET Core reads a comma as a semicolon, so both separate cookies here.
/// </summary>
internal sealed class ProxyCookie(string name) : ProxyField(name)
{
    public override ProxyFieldValue Find(IHeaderDictionary headers)
    {
        ProxyFieldValue found = default;
        foreach (Pair pair in Split(headers.Cookie).Where(pair => IsSpelledAs(pair.Name)))
        {
            found = new ProxyFieldValue(
                true,
                Uri.UnescapeDataString(pair.Value),
                FindProblem(pair, found.IsPresent) ?? found.Problem
            );
        }

        return found;
    }

    public override void Remove(IHeaderDictionary headers)
    {
        string rest = string.Join(
            "; ",
            Split(headers.Cookie).Where(pair => !IsSpelledAs(pair.Name)).Select(pair => pair.Text)
        );
        headers.Cookie = rest.Length == 0 ? StringValues.Empty : rest; // empty removes the header
    }

    private string? FindProblem(in Pair pair, bool isSecond)
    {
        if (isSecond)
        {
            return $"Cookie {Name} is there twice, or in several spellings. The trusted proxy must unset it before it sets it";
        }

        if (!pair.HasName(Name))
        {
            return $"The trusted proxy let a cookie pass that spells {Name} in another way. It must unset that spelling as well";
        }

        return pair.IsCut || pair.Value.Contains('"', StringComparison.Ordinal)
            ? $"Cookie {Name} holds a comma or a quotation mark. The trusted proxy must percent-encode them"
            : null;
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
    /// <param name="IsCut">
    /// Whether a comma begins or ends the text. It may be part of this value, or of the one before.
    /// </param>
    private readonly record struct Pair(string Text, bool IsCut)
    {
        public string Name => (EqualsSign >= 0 ? Text[..EqualsSign] : Text).Trim();

        public string Value => EqualsSign >= 0 ? Text[(EqualsSign + 1)..].Trim() : "";

        private int EqualsSign => Text.IndexOf('=', StringComparison.Ordinal);

        // Case counts, unlike in a header: a proxy that unsets a cookie lets it pass in other case (RFC 6265, section
        // 5.3).
        public bool HasName(string name) => Text.StartsWith(name + "=", StringComparison.Ordinal);
    }
}
