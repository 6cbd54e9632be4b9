namespace TrustedApps.Tool;

/// <summary>Input that the tool refuses; the message is for people.</summary>
internal sealed class BadInputException(string message) : Exception(message)
{
    /// <summary>What the library says of a value, without the name of a parameter that nobody typed.</summary>
    public static BadInputException From(ArgumentException mistake) =>
        new(mistake.Message.Replace($" (Parameter '{mistake.ParamName}')", "", StringComparison.Ordinal));
}
