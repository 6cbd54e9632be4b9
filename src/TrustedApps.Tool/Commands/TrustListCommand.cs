using Spectre.Console;
using TrustedApps.Storage;
using TrustedApps.Tool.Administration;

namespace TrustedApps.Tool.Commands;

internal static class TrustListCommand
{
    private const int PageLength = 1000;

    public static Command Create(Terminal terminal)
    {
        var search = new Option<string?>("--search")
        {
            Description = "Only those with this in id or name.",
            HelpName = "TEXT",
        };
        var store = new StoreSymbols();

        var command = new ToolCommand(
            "list",
            "Lists trusts by id, one a line.",
            "trusted-apps trust list --search wiki --store trust.db"
        )
        {
            search,
        };
        store.AddTo(command, changes: false);
        command.SetAction(
            (parsed, cancellationToken) =>
                ListAsync(terminal, parsed, parsed.GetValue(search), store, cancellationToken)
        );
        return command;
    }

    private static async Task ListAsync(
        Terminal terminal,
        ParseResult parsed,
        string? search,
        StoreSymbols store,
        CancellationToken cancellationToken
    ) =>
        await store
            .UseAsync(
                parsed,
                async opened =>
                {
                    int written = 0;
                    TrustPage page;
                    do
                    {
                        page = await opened
                            .Trusts.ListAsync(search, written, PageLength, cancellationToken)
                            .ConfigureAwait(false);
                        if (store.IsJson(parsed))
                        {
                            await WriteJsonAsync(terminal, page, cancellationToken).ConfigureAwait(false);
                        }
                        else Write(terminal.People, page);
                        written += page.Trusts.Count + page.Unreadable.Count;
                    } while (written < page.Total && page.Trusts.Count + page.Unreadable.Count > 0);
                    return written;
                },
                cancellationToken
            )
            .ConfigureAwait(false);

    private static async Task WriteJsonAsync(Terminal terminal, TrustPage page, CancellationToken cancellationToken)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        foreach (StoredTrust trust in page.Trusts)
        {
            await JsonLine
                .WriteAsync(
                    terminal.Output,
                    json => JsonLine.WriteMembersOf(json, TrustDocument.Of(trust, now).ToJson()),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        foreach (string id in page.Unreadable)
        {
            await JsonLine.WriteAsync(
                terminal.Output,
                json =>
                {
                    json.WriteString("id", id);
                    json.WriteBoolean("unreadable", true);
                },
                cancellationToken).ConfigureAwait(false);
        }
    }

    private static void Write(IAnsiConsole people, TrustPage page)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        string[][] rows =
        [
            .. page
                .Trusts.Select(stored => TrustDocument.Of(stored, now))
                .Select(trust =>
                    new[]
                    {
                        ConsoleOutput.ToPlain(trust.Id),
                        ConsoleOutput.ToPlain(trust.Name),
                        string.Join(',', trust.AcceptedVersions),
                        StateOf(trust),
                    }
                ),
            .. page.Unreadable.Select(id =>
                new[] { ConsoleOutput.ToPlain(id), "", "", "cannot be read, so its requests are refused" }
            ),
        ];
        int[] widths =
        [
            .. Enumerable.Range(0, 3).Select(column => rows.Select(row => row[column].Length).DefaultIfEmpty().Max()),
        ];
        foreach (string[] row in rows)
        {
            people.WriteLine(
                $"{row[0].PadRight(widths[0])}  {row[1].PadRight(widths[1])}  {row[2].PadRight(widths[2])}  {row[3]}"
            );
        }
    }

    private static string StateOf(TrustDocument trust) =>
        (trust.Suspended ? "suspended" : "active") + (trust.PendingKeys.Count > 0 ? ", a change of keys waits" : "");
}
