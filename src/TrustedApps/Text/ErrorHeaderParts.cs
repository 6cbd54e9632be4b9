namespace TrustedApps.Text;

/// <summary>
/// The parts of an error header that is not well-formed (specification legacy.md, section 1), as far as they can be
/// read. Servers, proxies, terminals and web pages turn tabs into blanks, which are the same white space in a header
/// (RFC 9110, section 5.6.3). A person must not lose the reason over that.
/// </summary>
/// <param name="Code">The text before the first semicolon, or the whole.</param>
/// <param name="Message">The text after it; empty if there is none.</param>
/// <param name="Parameters">The JSON array at the end; empty if there is none.</param>
internal sealed record ErrorHeaderParts(string Code, string Message, string[] Parameters)
{
    private const int MaxAttempts = 16; // to find the array behind a message with semicolons

    public static ErrorHeaderParts Read(ReadOnlySpan<char> value)
    {
        int end = value.IndexOf(';');
        if (end < 0) return new ErrorHeaderParts(Trim(value).ToString(), "", []);

        string code = Trim(value[..end]).ToString();
        ReadOnlySpan<char> rest = Trim(value[(end + 1)..]);
        int from = 0;
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            int next = rest[from..].IndexOf(';');
            if (next < 0) break;
            from += next + 1;
            ReadOnlySpan<char> array = Trim(rest[from..]);
            if (array is ['[', ..] && JsonStrings.TryRead(array, out string[]? parameters))
            {
                return new ErrorHeaderParts(code, Trim(rest[..(from - 1)]).ToString(), parameters);
            }
        }

        return new ErrorHeaderParts(code, rest.ToString(), []);
    }

    private static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text) => text.Trim(" \t");
}
