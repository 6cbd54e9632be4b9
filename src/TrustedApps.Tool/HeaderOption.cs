namespace TrustedApps.Tool;

/// <summary>An option that holds headers as they are sent, <c>NAME:VALUE</c>. Repeatable.</summary>
internal sealed class HeaderOption : Option<string[]>
{
    public HeaderOption(string name, string description)
        : base(name)
    {
        (Description, HelpName) = (description, "NAME:VALUE");
        Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.IndexOf(':', StringComparison.Ordinal) < 1))
            {
                result.AddError($"{name} must be a name, a colon and a value, such as {name} 'If-Match: \"7\"'.");
            }
        });
    }

    /// <summary>Returns names, and values without outer spaces and tabs.</summary>
    public KeyValuePair<string, string>[] Read(ParseResult parsed) =>
        Array.ConvertAll(parsed.GetValue(this) ?? [], Split);

    private static KeyValuePair<string, string> Split(string header)
    {
        int colon = header.IndexOf(':', StringComparison.Ordinal);
        return new(header[..colon], header[(colon + 1)..].Trim(' ', '\t'));
    }
}
