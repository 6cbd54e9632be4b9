using System.Globalization;

namespace TrustedApps.AspNetCore.Reload;

/// <summary>Writes the value of a setting so that two values have one text only if they are the same.</summary>
internal static class SettingText
{
    public static string Of(object? value) => value switch
    {
        null => "-",
        string text => string.Create(CultureInfo.InvariantCulture, $"{text.Length}:{text}"),
        IEnumerable<string> list => $"[{string.Concat(list.Select(Of))}]",
        DateTimeOffset moment => moment.ToString("O", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
