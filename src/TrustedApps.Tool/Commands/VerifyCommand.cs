using TrustedApps.Tool.Cases;

namespace TrustedApps.Tool.Commands;

internal static class VerifyCommand
{
    private const int MaxLineLength = 16 * 1024 * 1024; // bytes

    public static Command Create(Terminal terminal)
    {
        var file = new FileArgument(
            "FILE",
            "Request cases, one JSON object a line; - for standard input. Those that name one 'sequence' meet a provider that remembers, in order; a case of version 4 holds the provider's key file."
        )
        {
            DefaultValueFactory = _ => "-",
        };

        var command = new ToolCommand(
            "verify",
            "Judges captured requests and says why they are refused: one JSON object a line, in order.",
            "trusted-apps verify captured.jsonl"
        )
        {
            file,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                Stream cases = terminal.OpenInput(parsed.GetRequiredValue(file));
                await using (cases.ConfigureAwait(false))
                {
                    using var verifier = new CapturedRequestVerifier();
                    await VerifyAsync(
                            verifier,
                            new LineReader(cases, MaxLineLength),
                            terminal.Output,
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                }
            }
        );
        return command;
    }

    private static async Task VerifyAsync(
        CapturedRequestVerifier verifier,
        LineReader lines,
        Stream output,
        CancellationToken cancellationToken
    )
    {
        while (await lines.ReadAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (line.IsBlank) continue;
            CaseResult result = line.IsTooLong
                ? CaseResult.Invalid(id: null, "The line is longer than 16 MiB.")
                : await verifier.VerifyAsync(line.Bytes, cancellationToken).ConfigureAwait(false);
            await JsonLine.WriteAsync(output, result.Write, cancellationToken).ConfigureAwait(false);
        }
    }
}
