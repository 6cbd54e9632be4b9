using System.Buffers;
using System.Text;

namespace TrustedApps.Text;

/// <summary>The rule for user names: 1 to 1,024 code points without control characters.</summary>
internal static class UserNameSyntax
{
    private const int MaxLength = 1024; // code points

    public static bool IsValid(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name.Length > 2 * MaxLength) return false;

        int length = 0;
        while (!name.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(name, out Rune rune, out int consumed) != OperationStatus.Done) return false;
            if (Rune.IsControl(rune) || ++length > MaxLength) return false;
            name = name[consumed..];
        }

        return true;
    }
}
