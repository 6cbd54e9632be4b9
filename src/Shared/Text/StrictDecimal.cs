using System.Globalization;

namespace TrustedApps.Text;

/// <summary>Decimal numbers of ASCII digits and nothing else: the base class library reads "12\0" as 12.</summary>
internal static class StrictDecimal
{
    public static bool TryParse(ReadOnlySpan<char> digits, out long number)
    {
        number = 0;
        return !digits.ContainsAnyExceptInRange('0', '9')
            && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
