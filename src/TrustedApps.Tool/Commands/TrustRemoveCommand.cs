using Spectre.Console;
using TrustedApps.Storage;
using TrustedApps.Tool.Administration;

namespace TrustedApps.Tool.Commands;

internal static class TrustRemoveCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string>("ID") { Description = "The application id." };
        var yes = new Option<bool>("--yes") { Description = "Do not ask for the id." };
        var store = new StoreSymbols();

        var command = new ToolCommand(
            "remove",
            "Removes a trust: the application is refused. Asks for the id to be typed.",
            "trusted-apps trust remove wiki:8731 --store trust.db"
        )
        {
            id,
            yes,
        };
        store.AddTo(command, changes: true);
        command.SetAction(
            (parsed, cancellationToken) =>
                RemoveAsync(
                    terminal,
                    parsed,
                    parsed.GetRequiredValue(id),
                    parsed.GetValue(yes),
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
        bool isSure,
        StoreSymbols store,
        CancellationToken cancellationToken
    )
    {
        await store
            .UseAsync(
                parsed,
                async opened =>
                {
                    if (!isSure)
                    {
                        await AskAsync(terminal, store.PeopleOf(parsed, terminal), opened.Trusts, id, cancellationToken)
                            .ConfigureAwait(false);
                    }

                    await opened
                        .Trusts.RemoveAsync(id, version: null, store.AdministratorOf(parsed), cancellationToken)
                        .ConfigureAwait(false); // also one that cannot be read
                    return true;
                },
                cancellationToken
            )
            .ConfigureAwait(false);

        if (store.IsJson(parsed))
        {
            await JsonLine
                .WriteAsync(terminal.Output, json => json.WriteString("removed", id), cancellationToken)
                .ConfigureAwait(false);
        }
        else
        {
            terminal.People.WriteLine(
                ConsoleOutput.ToPlain(
                    $"'{id}' is not trusted any more: applications on this store refuse its requests within seconds."
                )
            );
        }
    }

    private static async Task AskAsync(
        Terminal terminal,
        IAnsiConsole people,
        TrustAdministration trusts,
        string id,
        CancellationToken cancellationToken
    )
    {
        if (!terminal.CanAsk(people))
        {
            throw new BadInputException("There is no terminal to ask on, so nothing was removed. Say --yes.");
        }

        StoredTrust trust = await trusts.RequireAsync(id, cancellationToken).ConfigureAwait(false);
        TrustCard.Write(people, trust);
        if (
            await terminal
                .AskAsync(people, "To remove this trust, type its id:", cancellationToken)
                .ConfigureAwait(false) != id
        )
        {
            throw new BadInputException("That is not its id: nothing was removed.");
        }
    }
}
