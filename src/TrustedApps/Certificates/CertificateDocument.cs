using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using TrustedApps.Keys;
using TrustedApps.Text;

namespace TrustedApps.Certificates;

/// <summary>The text of a legacy certificate: id, key, version and magic, each on a line.</summary>
internal static class CertificateDocument
{
    private const int MaxLength = 65_536; // bytes
    private const char ByteOrderMark = '\uFEFF';
    private const char NoBreakSpace = '\u00A0';

    public static string Write(string id, RsaPublicKey key, int? version)
    {
        string idAndKey = $"{id}\n{key.ToBase64()}";
        return version is null
            ? idAndKey
            : string.Create(CultureInfo.InvariantCulture, $"{idAndKey}\n{version}\n{LegacyMagic.Text}");
    }

    public static bool TryRead(
        ReadOnlySpan<byte> document,
        out (string Id, RsaPublicKey PublicKey, int? Version) parts,
        [NotNullWhen(false)] out string? problem)
    {
        parts = default;
        problem = "The document is longer than 65,536 bytes.";
        if (document.Length > MaxLength) return false;

        problem = "The document is not UTF-8 text, or it holds a byte order mark or no-break spaces.";
        if (!StrictUtf8.TryDecode(document, out string? text)) return false;
        if (text.AsSpan().ContainsAny(ByteOrderMark, NoBreakSpace)) return false;

        string[] lines = [.. text.Split(['\n', '\r']).Select(Trim).Where(line => line.Length > 0)];
        problem =
            $"The document has {lines.Length} lines: a certificate has two (id and key) or four (id, key, version and magic). It may be a login or error page.";
        if (lines.Length is < 2 or 3) return false;

        problem = "The first line is not an application id of 1 to 255 characters without control characters.";
        if (!ApplicationIdSyntax.IsValid(lines[0])) return false;
        if (!RsaPublicKey.TryRead(lines[1].AsSpan(), out RsaPublicKey? key, out problem)) return false;

        int? version = null;
        if (lines.Length > 2)
        {
            problem = "The third line is not a version: it must be a decimal number of 32 bits.";
            if (!int.TryParse(lines[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int stated))
            {
                return false;
            }

            version = stated;
            problem = "The fourth line is not the magic number of a certificate.";
            if (!string.Equals(lines[3], LegacyMagic.Text, StringComparison.Ordinal)) return false;
        }

        parts = (lines[0], key, version);
        problem = null;
        return true;
    }

    // Removes everything up to and including U+0020, as the original readers do.
    private static string Trim(string line)
    {
        ReadOnlySpan<char> rest = line;
        while (rest is [<= ' ', ..]) rest = rest[1..];
        while (rest is [.., <= ' ']) rest = rest[..^1];
        return rest.ToString();
    }
}
