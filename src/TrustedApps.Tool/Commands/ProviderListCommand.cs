using Spectre.Console;
using TrustedApps.Keys;
using TrustedApps.Storage;
using TrustedApps.Tool.Administration;

namespace TrustedApps.Tool.Commands;

internal static class ProviderListCommand
{
    public static Command Create(Terminal terminal)
    {
        var store = new StoreSymbols();

        var command = new ToolCommand(
            "list",
            "Lists pinned providers by base URL.",
            "trusted-apps provider list --store wiki.db"
        );
        store.AddTo(command, changes: false);
        command.SetAction((parsed, cancellationToken) => ListAsync(terminal, parsed, store, cancellationToken));
        return command;
    }

    private static async Task ListAsync(
        Terminal terminal,
        ParseResult parsed,
        StoreSymbols store,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<StoredProvider> providers = await store
            .UseAsync(parsed, opened => opened.Providers.ListAsync(cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        foreach (StoredProvider provider in providers)
        {
            if (store.IsJson(parsed))
            {
                await ProviderOutput.WriteAsync(terminal, provider, cancellationToken).ConfigureAwait(false);
            }
            else Write(terminal.People, provider);
        }
    }

    private static void Write(IAnsiConsole people, StoredProvider provider)
    {
        DetailRow.Write(people, "Base URL", provider.BaseUrl.Text);
        DetailRow.Write(people, "Application", provider.Record.Id);
        DetailRow.Write(people, "Name", provider.Record.Name);
        foreach (RsaPublicKey key in provider.Record.SigningKeys)
        {
            DetailRow.Write(people, "Signing key", key.Fingerprint);
        }

        DetailRow.Write(
            people,
            "Added",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{provider.AddedAt:yyyy-MM-dd HH:mm:ss}Z by {provider.AddedBy}"
            )
        );
    }
}
