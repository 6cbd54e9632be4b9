using TrustedApps.Storage;
using TrustedApps.Tool.Administration;

namespace TrustedApps.Tool.Commands;

internal static class TrustRemoveKeyCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string>("ID") { Description = "The application id." };
        var thumbprint = new Argument<string>("THUMBPRINT")
        {
            Description = "The fingerprint of the key, plain or in groups of four.",
        };
        var store = new StoreSymbols();

        var command = new ToolCommand(
            "remove-key",
            "Removes a key of an application, at once and for good, such as one that was stolen.",
            "trusted-apps trust remove-key wiki:8731 'NzbL sXh8 uDCc d-6M NwXF 4W_7 noWX FZAf HkxZ sRGC 9Xs' --store trust.db"
        )
        {
            id,
            thumbprint,
        };
        store.AddTo(command, changes: true);
        command.SetAction(
            (parsed, cancellationToken) =>
                RemoveAsync(
                    terminal,
                    parsed,
                    parsed.GetRequiredValue(id),
                    parsed.GetRequiredValue(thumbprint).Replace(" ", "", StringComparison.Ordinal),
                    store,
                    cancellationToken
                )
        );
        return command;
    }

    private static async Task RemoveAsync(
        Terminal terminal,
        ParseResult parsed,
        string id,
        string thumbprint,
        StoreSymbols store,
        CancellationToken cancellationToken
    )
    {
        StoredTrust changed = await store
            .UseAsync(
                parsed,
                opened =>
                    opened.Trusts.RemoveKeyAsync(
                        id,
                        version: null,
                        thumbprint,
                        store.AdministratorOf(parsed),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        await TrustOutput
            .WriteAsync(
                terminal,
                store.IsJson(parsed),
                changed,
                "No certificate brings that key back.",
                cancellationToken
            )
            .ConfigureAwait(false);
    }
}
