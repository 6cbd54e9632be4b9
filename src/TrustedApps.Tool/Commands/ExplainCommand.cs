using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace TrustedApps.Tool.Commands;

internal static class ExplainCommand
{
    public static Command Create(Terminal terminal)
    {
        var value = new Argument<string>("HEADERVALUE")
        {
            Description = "The value of X-Seraph-Trusted-App-Error, its tabs included; - for standard input.",
        };

        var command = new ToolCommand(
            "explain", "Takes the value of an X-Seraph-Trusted-App-Error header apart.",
            """trusted-apps explain $'APP_UNKNOWN;\tApplication not trusted: {0};\t["wiki"]'""") { value };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                string text = parsed.GetRequiredValue(value);
                if (text == "-")
                {
                    text = Decode(await terminal.ReadInputAsync("-", cancellationToken).ConfigureAwait(false));
                }

                if (!TrustedAppError.TryParse(text, out TrustedAppError? error))
                {
                    throw new BadInputException(
                        "This is not a value of X-Seraph-Trusted-App-Error: a code, a message and a JSON array of strings, separated by ';' and a tab. Was the tab lost on the way?"
                    );
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

    private static void Write(Utf8JsonWriter json, TrustedAppError error)
    {
        json.WriteString("code", error.Code.ToWireName());
        json.WriteString("message", error.Message);
        json.WriteStartArray("parameters");
        foreach (string parameter in error.Parameters) json.WriteStringValue(parameter);
        json.WriteEndArray();
        json.WriteString("formatted", error.Format());
    }
}
