using System.Text;

namespace TrustedApps.Text;

/// <summary>
/// The rule for names of applications (specification version-4.md, section 2): 1 to 255 Unicode scalar values, none of
/// them a control or bidirectional-formatting character. Still hostile text: escaped wherever it is shown.
/// </summary>
internal static class DisplayName
{
    public const string Requirement =
        "A name must be 1 to 255 characters, without control and bidirectional-formatting characters.";

    private const int MaxLength = 255; // Unicode scalar values

    public static bool IsValid(ReadOnlySpan<char> name)
    {
        int length = 0;
        while (!name.IsEmpty)
        {
            // a lone surrogate
            if (Rune.DecodeFromUtf16(name, out Rune rune, out int consumed) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            if (++length > MaxLength || Rune.IsControl(rune) || IsBidirectionalFormatting(rune.Value)) return false;
            name = name[consumed..];
        }

        return length > 0;
    }

    public static string Require(string name, string parameterName) =>
        IsValid(name)
            ? name
            : throw new ArgumentException(Requirement, parameterName);

    // Marks, embeddings and overrides, isolates (UAX #9, section 2).
    private static bool IsBidirectionalFormatting(int character) =>
        character is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
