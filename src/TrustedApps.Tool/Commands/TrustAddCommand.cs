using Spectre.Console;
using TrustedApps.Storage;
using TrustedApps.Tool.Administration;

namespace TrustedApps.Tool.Commands;

internal static class TrustAddCommand
{
    public static Command Create(Terminal terminal)
    {
        var certificate = new CertificateSymbols();
        var name = new Option<string?>("--name")
        {
            Description = "A name for people. Default: the one that the application gives itself.",
            HelpName = "NAME",
        };
        var conditions = new ConditionSymbols();
        var store = new StoreSymbols();

        var command = new ToolCommand(
            "add",
            "Fetches an application's certificate, shows it to be compared, and trusts the application. Makes the store where there is none.",
            "trusted-apps trust add https://wiki.example --address 10.1.0.0/16 --url /rest/api --store trust.db"
        );
        certificate.AddTo(command);
        command.Add(name);
        conditions.AddTo(command);
        conditions.RequireAddressesAndUrls(command);
        store.AddTo(command, changes: true);
        command.SetAction(
            (parsed, cancellationToken) =>
                AddAsync(
                    terminal,
                    parsed,
                    certificate,
                    parsed.GetValue(name),
                    conditions.Read(parsed),
                    store,
                    cancellationToken
                )
        );
        return command;
    }

    private static async Task AddAsync(
        Terminal terminal,
        ParseResult parsed,
        CertificateSymbols certificate,
        string? name,
        TrustConditions conditions,
        StoreSymbols store,
        CancellationToken cancellationToken
    )
    {
        FoundCertificate found = await certificate.FindAsync(parsed, cancellationToken).ConfigureAwait(false);
        IAnsiConsole people = store.PeopleOf(parsed, terminal);
        TrustCard.Write(people, found, conditions);
        TrustedApplication trust = BadInputException.Check(() =>
            found.ToTrust(name, conditions, legacy: null, TimeProvider.System.GetUtcNow())
        );
        await certificate
            .RequireComparedAsync(parsed, found.SigningKeys, terminal, people, cancellationToken)
            .ConfigureAwait(false);

        StoredTrust added = await store
            .UseAsync(
                parsed,
                opened => opened.Trusts.AddAsync(trust, store.AdministratorOf(parsed), cancellationToken),
                makes: true,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (store.IsJson(parsed))
        {
            await TrustOutput
                .WriteAsync(terminal, isJson: true, added, next: "", cancellationToken)
                .ConfigureAwait(false);
        }
        else WriteNext(terminal.People, added.Trust, isVersion4: found.Certificate is not null);
    }

    private static void WriteNext(IAnsiConsole people, TrustedApplication trust, bool isVersion4)
    {
        people.WriteLine(
            ConsoleOutput.ToPlain(
                $"'{trust.Id}' is trusted: applications on this store accept its requests within seconds."
            )
        );
        people.WriteLine(
            isVersion4
                ? "Next, on the other side: 'trusted-apps provider add' with the base URL of this application, and the same comparison with its fingerprints. 'trusted-apps trust show' says what is heard of it."
                : "Next, on the other side: the configuration of its client names this application's base URL and the version. 'trusted-apps trust show' says what is heard of it."
        );
    }
}
