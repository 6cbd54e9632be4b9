namespace TrustedApps.Admin.Forms;

/// <summary>What was typed into a form.</summary>
internal static class Entered
{
    public static IReadOnlyList<string> Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public static IReadOnlyList<string> Words(string text) => text.Split([' ', ',', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);

    /// <exception cref="ArgumentException">It is no number of seconds.</exception>
    public static TimeSpan Seconds(string text, string field) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds <= MaxSeconds
            ? TimeSpan.FromMilliseconds(Math.Round(seconds * 1000))
            : throw new ArgumentException($"{field}: say a number of seconds, at most {MaxSeconds}.");

    /// <summary>The message, without the name of a parameter that nobody sees.</summary>
    public static string MessageOf(ArgumentException mistake) =>
        mistake.Message.Replace($" (Parameter '{mistake.ParamName}')", "", StringComparison.Ordinal);

    private const int MaxSeconds = 86_400; // 24 hours
}
