using System.Text;
using TrustedApps.Keys;

namespace TrustedApps.Tool.Commands;

internal static class KeysImportCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = new Option<string>("--id")
        {
            Description = "The application id: 1 to 255 characters without control characters.",
            HelpName = "ID",
            Required = true,
        };
        var privateKey = new FileOption(
            "--private-key",
            "The private key, not encrypted: PEM, or the base64 of a PKCS#8; - for standard input."
        );
        var file = new FileOption(
            "--out",
            "The key file to make, readable by its owner only. A file that exists is never overwritten."
        );

        var command = new ToolCommand(
            "import",
            "Takes over a private key for versions 1 to 3.",
            "trusted-apps keys import --id wiki --private-key wiki.pem --out wiki.keys"
        )
        {
            id,
            privateKey,
            file,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                byte[] text = await terminal
                    .ReadInputAsync(parsed.GetRequiredValue(privateKey), cancellationToken)
                    .ConfigureAwait(false);
                ApplicationKeys keys = BadInputException.Check(() =>
                    ApplicationKeys.Import(parsed.GetRequiredValue(id), Encoding.UTF8.GetString(text))
                );
                keys.Save(parsed.GetRequiredValue(file));
                KeyCard.Write(terminal.People, keys);
            }
        );
        return command;
    }
}
