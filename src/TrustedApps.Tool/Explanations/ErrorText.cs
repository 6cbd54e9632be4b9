namespace TrustedApps.Tool.Explanations;

/// <summary>
/// Finds the value of an error header in what people copy: the value, its line, a whole response as curl prints it, or
/// the code alone.
/// </summary>
internal static class ErrorText
{
    private const string HeaderName = "X-Seraph-Trusted-App-Error";
    private const string WarwickCode = "X-Trusted-App-Error-Code";
    private const string WarwickMessage = "X-Trusted-App-Error-Message";

    /// <summary>Finds the error in a text.</summary>
    /// <exception cref="BadInputException">There is nothing like a code in it.</exception>
    public static TrustedAppError Read(string text)
    {
        string[] lines = [.. text.Split('\n').Select(WithoutCurl)];
        if (Find(lines, HeaderName) is { } value) return ReadValue(value);
        if (Find(lines, WarwickCode) is { } code)
        {
            return new TrustedAppError(ErrorCodeNames.Parse(code), Find(lines, WarwickMessage) ?? "");
        }

        if (TrustedAppError.TryParse(text, out TrustedAppError? exact)) return exact;
        string alone = text.Trim();
        string first = alone.Split(';')[0].Trim();
        if (!IsCode(first))
        {
            throw new BadInputException(
                $"'{first}' is not a code of {HeaderName}, so there is nothing to explain. Give the value of that header, its whole line, or the code alone, such as BAD_URL."
            );
        }

        return first == alone ? new TrustedAppError(ErrorCodeNames.Parse(alone), "") : ReadValue(alone);
    }

    // Codes of other providers, too: these read as UNKNOWN.
    private static bool IsCode(string text) =>
        text.Length > 0 && text.All(character => character is >= 'A' and <= 'Z' or '_');

    // A tab in letters is what a shell, a log or a JSON string makes of one.
    private static TrustedAppError ReadValue(string value) =>
        TrustedAppError.TryParse(value, out TrustedAppError? exact)
            ? exact
            : TrustedAppError.Read(value.Replace(";\\t", ";\t", StringComparison.Ordinal));

    private static string WithoutCurl(string line) =>
        line.TrimEnd('\r') is var whole && whole.StartsWith("< ", StringComparison.Ordinal) ? whole[2..] : whole;

    private static string? Find(string[] lines, string header) =>
        lines
            .Where(line => line.StartsWith(header + ":", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(header.Length + 1)..].Trim())
            .FirstOrDefault();
}
