using System.Text;

namespace TrustedApps.Text;

/// <summary>
/// Fills in the placeholders of a message, such as {0}, literally and once: a parameter that holds {1} stays as it is.
/// </summary>
internal static class Placeholders
{
    private const int MaxLength = 65_536; // characters; a message may name one long parameter many times

    public static string Fill(ReadOnlySpan<char> message, IReadOnlyList<string> parameters)
    {
        var filled = new StringBuilder(message.Length + 64);
        while (!message.IsEmpty && filled.Length <= MaxLength)
        {
            int open = message.IndexOf('{');
            if (open < 0) break;

            ReadOnlySpan<char> rest = message[(open + 1)..];
            int close = rest.IndexOf('}');
            if (close is 1 or 2
                && StrictDecimal.TryParse(rest[..close], out long index)
                && index < parameters.Count)
            {
                filled.Append(message[..open]).Append(parameters[(int)index]);
                message = rest[(close + 1)..];
            }
            else
            {
                filled.Append(message[..(open + 1)]);
                message = rest;
            }
        }

        filled.Append(message);
        return filled.ToString(0, Math.Min(filled.Length, MaxLength));
    }
}
