using Spectre.Console;
using TrustedApps.Keys;

namespace TrustedApps.Tool.Commands;

internal static class CertificatePublishNextCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new FileOption("--keys", "The application's key file, which is changed.");
        var bits = new Option<int?>("--bits")
        {
            Description = "The length of the new keys; that of the current ones when it is left out.",
            HelpName = "2048|3072|4096",
        };
        bits.AcceptOnlyFromAmong("2048", "3072", "4096");

        var command = new ToolCommand(
            "publish-next",
            "Makes the next keys of version 4 and lists them in the certificate: the first step of a rotation.",
            "trusted-apps certificate publish-next --keys wiki.keys"
        )
        {
            file,
            bits,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                using var store = new KeyFileStore(parsed.GetRequiredValue(file));
                await store.LoadAsync(cancellationToken).ConfigureAwait(false);
                bool isFirst = !store.Keys.HasVersion4Keys;
                ApplicationKeys keys = await store
                    .ChangeAsync(
                        stored =>
                            BadInputException.Check(() =>
                                stored.PublishNext(TimeProvider.System.GetUtcNow(), parsed.GetValue(bits))
                            ),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                KeyCard.Write(terminal.People, keys);
                terminal.People.WriteLine(
                    isFirst
                        ? "The application has keys for version 4. If it runs, it uses them within seconds."
                        : "If the application runs, it serves the new certificate within seconds. Others fetch it within a day and hold it for another: run 'trusted-apps certificate rotate' 50 hours from now."
                );
            }
        );
        return command;
    }
}
