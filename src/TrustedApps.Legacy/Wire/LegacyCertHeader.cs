using TrustedApps.Text;

namespace TrustedApps.Legacy.Wire;

/// <summary>
/// The header called Cert of older versions: canonical base64, no longer than the longest user name needs.
/// </summary>
internal static class LegacyCertHeader
{
    private const int MaxLength = 16_384; // characters; the longest honest one has 5,500

    public static bool IsTooLong(string cert) => cert.Length > MaxLength;

    public static bool TryDecode(string cert, out Span<byte> bytes)
    {
        bool decoded = StrictBase64.TryDecode(cert, out byte[]? array);
        bytes = array;
        return decoded;
    }
}
