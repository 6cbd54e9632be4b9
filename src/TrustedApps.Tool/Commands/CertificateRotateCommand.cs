using Spectre.Console;
using TrustedApps.Keys;

namespace TrustedApps.Tool.Commands;

internal static class CertificateRotateCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new FileOption("--keys", "The application's key file, which is changed.");

        var command = new ToolCommand(
            "rotate",
            "Puts the next keys of version 4 in use and retires the current ones: the second step of a rotation.",
            "trusted-apps certificate rotate --keys wiki.keys"
        )
        {
            file,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                using var store = new KeyFileStore(parsed.GetRequiredValue(file));
                await store.LoadAsync(cancellationToken).ConfigureAwait(false);
                ApplicationKeys keys = await store
                    .ChangeAsync(
                        stored => BadInputException.Check(() => stored.Rotate(TimeProvider.System.GetUtcNow())),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                KeyCard.Write(terminal.People, keys);
                terminal.People.WriteLine(
                    "If the application runs, it uses the new keys within seconds. The retired ones end by themselves, 50 hours (decrypting) and 7 days (signing) from now. Applications that took the certificate from a file need the new one."
                );
            }
        );
        return command;
    }
}
