using Spectre.Console;
using TrustedApps.Storage;
using TrustedApps.Tool.Administration;

namespace TrustedApps.Tool.Commands;

internal static class ProviderAddCommand
{
    public static Command Create(Terminal terminal)
    {
        var certificate = new CertificateSymbols();
        var store = new StoreSymbols();

        var command = new ToolCommand(
            "add",
            "Fetches a provider's certificate, shows it to be compared, and pins it. Makes the store where there is none.",
            "trusted-apps provider add https://tracker.example --store wiki.db"
        );
        certificate.AddTo(command);
        store.AddTo(command, changes: true);
        command.SetAction(
            (parsed, cancellationToken) => AddAsync(terminal, parsed, certificate, store, cancellationToken)
        );
        return command;
    }

    private static async Task AddAsync(
        Terminal terminal,
        ParseResult parsed,
        CertificateSymbols certificate,
        StoreSymbols store,
        CancellationToken cancellationToken
    )
    {
        FoundCertificate found = await certificate.FindAsync(parsed, cancellationToken).ConfigureAwait(false);
        if (found.Certificate is null)
        {
            throw new BadInputException(
                $"{found.BaseUrl.Text} has no certificate of version 4, and older versions need none of a provider: name the version in the configuration of the client."
            );
        }

        IAnsiConsole people = store.PeopleOf(parsed, terminal);
        TrustCard.Write(people, found);
        await certificate
            .RequireComparedAsync(parsed, found.SigningKeys, terminal, people, cancellationToken)
            .ConfigureAwait(false);

        StoredProvider added = await store
            .UseAsync(
                parsed,
                opened => opened.Providers.AddAsync(found, store.AdministratorOf(parsed), cancellationToken),
                makes: true,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (store.IsJson(parsed))
        {
            await ProviderOutput.WriteAsync(terminal, added, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            terminal.People.WriteLine(
                ConsoleOutput.ToPlain(
                    $"The provider '{added.Record.Id}' is pinned at {added.BaseUrl.Text}. Next, on its side: 'trusted-apps trust add' with the base URL of this application, unless that is done."
                )
            );
        }
    }
}
