using Spectre.Console;
using TrustedApps.Tool.Administration;

namespace TrustedApps.Tool.Commands;

internal static class ProviderRemoveCommand
{
    public static Command Create(Terminal terminal)
    {
        var baseUrl = new Argument<string>("BASEURL")
        {
            Description = "The provider's base URL, as 'provider list' gives it.",
        };
        var store = new StoreSymbols();

        var command = new ToolCommand(
            "remove",
            "Forgets a provider. Applications that run notice it within a day, or when they are started again.",
            "trusted-apps provider remove https://tracker.example --store wiki.db"
        )
        {
            baseUrl,
        };
        store.AddTo(command, changes: true);
        command.SetAction(
            (parsed, cancellationToken) =>
                RemoveAsync(terminal, parsed, parsed.GetRequiredValue(baseUrl).TrimEnd('/'), store, cancellationToken)
        );
        return command;
    }

    private static async Task RemoveAsync(
        Terminal terminal,
        ParseResult parsed,
        string baseUrl,
        StoreSymbols store,
        CancellationToken cancellationToken
    )
    {
        await store
            .UseAsync(
                parsed,
                async opened =>
                {
                    await opened
                        .Providers.RemoveAsync(baseUrl, store.AdministratorOf(parsed), cancellationToken)
                        .ConfigureAwait(false);
                    return true;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        if (store.IsJson(parsed))
        {
            await JsonLine
                .WriteAsync(terminal.Output, json => json.WriteString("removed", baseUrl), cancellationToken)
                .ConfigureAwait(false);
        }
        else
        {
            terminal.People.WriteLine(
                ConsoleOutput.ToPlain(
                    $"The provider at {baseUrl} is forgotten. Applications that run notice it within a day, or when they are started again."
                )
            );
        }
    }
}
