using System.Text.Json;
using Spectre.Console;
using TrustedApps.Storage;
using TrustedApps.Tool.Administration;

namespace TrustedApps.Tool.Commands;

internal static class StoreCheckCommand
{
    private const int Done = 0;
    private const int NotWell = 1;

    public static Command Create(Terminal terminal)
    {
        var keyFolder = new Option<string?>("--key-folder")
        {
            Description =
                "The folder of the ring that seals the applications' own keys in the store: are they there, and do they open?",
            HelpName = "DIR",
        };
        var store = new StoreSymbols();

        var command = new ToolCommand(
            "check",
            "Looks whether a store answers, has the schema of this program and can be read, and whether its clock is right. Makes and changes nothing. Exit code 0 only if all is well.",
            "trusted-apps store check --store 'Host=db.example;Database=tracker;Username=tracker' --key-folder /etc/tracker/ring"
        );
        store.AddTo(command, changes: false);
        command.Add(keyFolder);
        command.SetAction(
            (parsed, cancellationToken) =>
                CheckAsync(terminal, parsed, parsed.GetValue(keyFolder), store, cancellationToken)
        );
        return command;
    }

    private static async Task<int> CheckAsync(
        Terminal terminal,
        ParseResult parsed,
        string? keyFolder,
        StoreSymbols store,
        CancellationToken cancellationToken
    )
    {
        StoreCheck check = await RunAsync(store.ConnectionOf(parsed), keyFolder, cancellationToken)
            .ConfigureAwait(false);
        if (store.IsJson(parsed))
        {
            await JsonLine
                .WriteAsync(terminal.Output, json => Write(json, check), cancellationToken)
                .ConfigureAwait(false);
        }
        else Write(terminal, check);
        return check.IsWell ? Done : NotWell;
    }

    private static async Task<StoreCheck> RunAsync(
        string connection,
        string? keyFolder,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await TrustedAppsStore
                .CheckAsync(connection, keyFolder, TimeProvider.System, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (ArgumentException mistake)
        {
            throw BadInputException.From(mistake);
        }
    }

    private static void Write(Terminal terminal, StoreCheck check)
    {
        if (check.SchemaVersion > 0)
        {
            DetailRow.Write(terminal.People, "Store", check.Store);
            DetailRow.Write(
                terminal.People,
                "Schema",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{check.SchemaVersion}; this program works with {check.KnownSchemaVersion}"
                )
            );
            if (check.ClockDifference is { } difference)
            {
                DetailRow.Write(
                    terminal.People,
                    "Clock",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"the database's is {difference.TotalMilliseconds:+0;-0;0} ms from this one"
                    )
                );
            }

            if (check.SchemaVersion == check.KnownSchemaVersion) WriteContent(terminal.People, check);
        }

        foreach (string problem in check.Problems) terminal.WriteError(problem);
        if (check.IsWell) terminal.People.WriteLine("All is well.");
    }

    private static void WriteContent(IAnsiConsole people, StoreCheck check)
    {
        DetailRow.Write(people, "Trusts", check.Trusts.ToString(CultureInfo.InvariantCulture));
        DetailRow.Write(people, "Providers", check.Providers.ToString(CultureInfo.InvariantCulture));
        DetailRow.Write(
            people,
            "Own keys",
            check switch
            {
                { KeyRings: 0 } => "none in the store",
                { KeysOpen: true } => $"{Applications(check.KeyRings)}; they open",
                { KeysOpen: false } => $"{Applications(check.KeyRings)}; they do not open",
                _ => $"{Applications(check.KeyRings)}; not tried: name the folder with --key-folder",
            }
        );
        if (check.NextRotationAt is { } rotation)
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"{rotation:yyyy-MM-dd HH:mm:ss}Z");
            DetailRow.Write(people, "Next rotation", text);
        }
    }

    private static string Applications(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? "application" : "applications")}");

    private static void Write(Utf8JsonWriter json, StoreCheck check)
    {
        json.WriteString("store", check.Store);
        json.WriteBoolean("well", check.IsWell);
        json.WriteBoolean("reachable", check.IsReachable);
        json.WriteNumber("schemaVersion", check.SchemaVersion);
        json.WriteNumber("knownSchemaVersion", check.KnownSchemaVersion);
        json.WriteNumber("trusts", check.Trusts);
        json.WriteNumber("providers", check.Providers);
        Write(json, "unreadable", check.Unreadable);
        if (check.ClockDifference is { } difference)
        {
            json.WriteNumber("clockDifferenceMs", Math.Round(difference.TotalMilliseconds, 1));
        }
        else json.WriteNull("clockDifferenceMs");
        json.WriteNumber("keyRings", check.KeyRings);
        if (check.KeysOpen is { } open) json.WriteBoolean("keysOpen", open);
        else json.WriteNull("keysOpen");
        if (check.NextRotationAt is { } rotation) json.WriteString("nextRotationAt", rotation);
        else json.WriteNull("nextRotationAt");
        Write(json, "problems", check.Problems);
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
