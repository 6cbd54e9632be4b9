using System.Diagnostics.CodeAnalysis;
using TrustedApps.Text;

namespace TrustedApps;

/// <summary>
/// The value of the response header <c>X-Seraph-Trusted-App-Error</c>: a code, a message with <c>{0}</c> for its
/// parameters, and the parameters (specification legacy.md, section 1).
/// </summary>
public sealed class TrustedAppError
{
    private const string Separator = ";\t";
    private const string NoReason = "The provider gave no readable reason";
    private const int MaxParameterLength = 200; // characters, before escaping
    private const int MaxHeaderLength = 16_384; // characters; servers send a few hundred

    /// <summary>Creates an error.</summary>
    /// <param name="code">The code.</param>
    /// <param name="message">The message, with <c>{0}</c> and so on for the parameters.</param>
    /// <param name="parameters">The parameters.</param>
    public TrustedAppError(ErrorCode code, string message, params IReadOnlyList<string> parameters)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(parameters);
        (Code, Message, Parameters) = (code, message, parameters);
    }

    /// <summary>The code.</summary>
    public ErrorCode Code { get; }

    /// <summary>The message, with <c>{0}</c> and so on for the parameters.</summary>
    public string Message { get; }

    /// <summary>The parameters. They may quote the request: escape them wherever they are shown.</summary>
    public IReadOnlyList<string> Parameters { get; }

    /// <summary>Whether the header was not well-formed: what could be read of it is here.</summary>
    public bool IsMalformed { get; internal init; }

    /// <summary>Parses a header value: exactly three parts, the last a JSON array of strings (RFC 8259).</summary>
    /// <param name="headerValue">The value.</param>
    /// <param name="error">
    /// The error, if the value is valid. An unknown code reads as <see cref="ErrorCode.Unknown"/>.
    /// </param>
    /// <returns>Whether the value is valid.</returns>
    public static bool TryParse(ReadOnlySpan<char> headerValue, [NotNullWhen(true)] out TrustedAppError? error)
    {
        error = null;
        if (headerValue.Length > MaxHeaderLength) return false;

        Span<Range> parts = stackalloc Range[4];
        if (headerValue.Split(parts, Separator) != 3) return false;
        if (!JsonStrings.TryRead(headerValue[parts[2]], out string[]? parameters)) return false;

        error = new(ErrorCodeNames.Parse(headerValue[parts[0]]), headerValue[parts[1]].ToString(), parameters);
        return true;
    }

    /// <summary>
    /// Reads a header value as far as it can be read: the code is what stands before the first <c>;</c>, white space
    /// may stand for the tabs, and parts may be missing.
    /// </summary>
    /// <param name="headerValue">The value; null if the response has none. At most 16,384 characters are read.</param>
    /// <returns>The error. <see cref="IsMalformed"/> tells whether <see cref="TryParse"/> rejects the value.</returns>
    public static TrustedAppError Read(string? headerValue)
    {
        if (TryParse(headerValue, out TrustedAppError? error)) return error;

        ReadOnlySpan<char> value = headerValue;
        ErrorHeaderParts parts = ErrorHeaderParts.Read(value[..Math.Min(value.Length, MaxHeaderLength)]);
        ErrorCode code = ErrorCodeNames.Parse(parts.Code);
        string message = parts.Message.Length > 0 ? parts.Message
            : code == ErrorCode.Unknown && parts.Code.Length > 0 ? parts.Code // perhaps a text without a code
            : NoReason;
        return new TrustedAppError(code, message, parts.Parameters) { IsMalformed = true };
    }

    /// <summary>
    /// Returns the message with its parameters inserted, literally and once; at most 65,536 characters.
    /// </summary>
    /// <returns>The text; as hostile as the parameters.</returns>
    public string Format() => Placeholders.Fill(Message, Parameters);

    // For a header that has no escapes of its own.
    internal string FormatPrintable() => Placeholders.Fill(Message, [.. Parameters.Select(LogSanitizer.ToAscii)]);

    /// <summary>Returns the header value: printable ASCII only, every parameter cut at 200 characters.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidOperationException">
    /// The message holds a character that a header or this format cannot carry.
    /// </exception>
    public string ToHeaderValue()
    {
        if (Message.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new InvalidOperationException(
                "The message of an error header is printable ASCII; the rest belongs in its parameters."
            );
        }

        return Code.ToWireName() + Separator + Message + Separator + JsonStrings.Write(Parameters, MaxParameterLength);
    }

    /// <summary>
    /// Returns the code and the message with its parameters inserted, for logs: without control characters, and cut
    /// where it is long.
    /// </summary>
    /// <returns>One line of text.</returns>
    public override string ToString()
    {
        string[] parameters = [.. Parameters.Take(8).Select(LogSanitizer.Sanitize)];
        string message = Placeholders.Fill(LogSanitizer.Sanitize(Message), parameters);
        return $"{Code.ToWireName()}: {LogSanitizer.Sanitize(message)}";
    }
}
