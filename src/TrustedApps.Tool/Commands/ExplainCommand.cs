using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Spectre.Console;
using TrustedApps.Tool.Explanations;

namespace TrustedApps.Tool.Commands;

internal static class ExplainCommand
{
    public static Command Create(Terminal terminal)
    {
        var value = new Argument<string>("ERROR")
        {
            Description =
                "The value of X-Seraph-Trusted-App-Error, its whole line, a response of 'curl -i', or a code alone; - for standard input.",
        };

        var command = new ToolCommand(
            "explain",
            "Explains why a request was refused: the usual cause and what to do.",
            "trusted-apps explain 'BAD_URL; Request not allowed to access URL: {0}; [\"/admin\"]'"
        )
        {
            value,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                string text = parsed.GetRequiredValue(value);
                if (text == "-")
                {
                    text = Decode(await terminal.ReadInputAsync("-", cancellationToken).ConfigureAwait(false));
                }

                TrustedAppError error = ErrorText.Read(text);
                if (terminal.People.Profile.Out.IsTerminal)
                {
                    Write(terminal.People, error);
                    return;
                }

                await JsonLine
                    .WriteAsync(terminal.Output, json => Write(json, error), cancellationToken)
                    .ConfigureAwait(false);
            }
        );
        return command;
    }

    private static string Decode(byte[] input)
    {
        ReadOnlySpan<byte> bytes = input;
        if (bytes.EndsWith("\r\n"u8)) bytes = bytes[..^2];
        else if (bytes.EndsWith("\n"u8)) bytes = bytes[..^1];
        if (!Utf8.IsValid(bytes)) throw new BadInputException("Standard input is not UTF-8 text.");
        return Encoding.UTF8.GetString(bytes);
    }

    private static void Write(IAnsiConsole console, TrustedAppError error)
    {
        string code = error.Code.ToWireName();
        DetailRow.Write(console, "Code", code);
        if (error.Format() is { Length: > 0 } message) DetailRow.Write(console, "Message", message);
        if (RejectionGuide.Find(code) is not { } guide) return;
        if (guide.Version4.Length > 0) DetailRow.Write(console, "Cause", guide.Version4);
        bool isOther = guide.OlderVersions.Length > 0 && guide.OlderVersions != guide.Version4;
        if (isOther) DetailRow.Write(console, "Older", $"{guide.OlderVersions} (versions 1 to 3 and Warwick)");
        DetailRow.Write(console, "What to do", guide.Remedy);
    }

    private static void Write(Utf8JsonWriter json, TrustedAppError error)
    {
        json.WriteString("code", error.Code.ToWireName());
        json.WriteString("message", error.Message);
        json.WriteStartArray("parameters");
        foreach (string parameter in error.Parameters) json.WriteStringValue(parameter);
        json.WriteEndArray();
        json.WriteString("formatted", error.Format());
        json.WriteBoolean("malformed", error.IsMalformed);
        if (RejectionGuide.Find(error.Code.ToWireName()) is not { } guide) return;
        if (guide.Version4.Length > 0) json.WriteString("cause", guide.Version4);
        if (guide.OlderVersions.Length > 0) json.WriteString("causeUnderOlderVersions", guide.OlderVersions);
        json.WriteString("remedy", guide.Remedy);
    }
}
