namespace TrustedApps.Admin.Forms;

/// <summary>Reads text that was typed into a form.</summary>
internal static class Entered
{
    private const int MaxSeconds = 86_400; // 24 hours

    public static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public static IReadOnlyList<string> Words(string text) =>
        text.Split([' ', ',', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);

    /// <exception cref="ArgumentException">The text is not a number of seconds.</exception>
    public static TimeSpan Seconds(string text, string field) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
        && seconds <= MaxSeconds
            ? TimeSpan.FromMilliseconds(Math.Round(seconds * 1000))
            : throw new ArgumentException($"{field}: '{text}' is not a number of seconds from 0 to {MaxSeconds}.");

    /// <summary>Returns the message without the name of a parameter.</summary>
    public static string MessageOf(ArgumentException mistake) =>
        mistake.Message.Replace($" (Parameter '{mistake.ParamName}')", "", StringComparison.Ordinal);
}
