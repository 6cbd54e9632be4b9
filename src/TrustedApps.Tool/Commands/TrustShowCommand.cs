using System.Text.Json;
using Spectre.Console;
using TrustedApps.Storage;
using TrustedApps.Tool.Administration;

namespace TrustedApps.Tool.Commands;

internal static class TrustShowCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string>("ID") { Description = "The application id." };
        var store = new StoreSymbols();

        var command = new ToolCommand(
            "show",
            "Shows a trust, and what was heard of the application; at most a minute late.",
            "trusted-apps trust show wiki:8731 --store trust.db"
        )
        {
            id,
        };
        store.AddTo(command, changes: false);
        command.SetAction(
            (parsed, cancellationToken) =>
                ShowAsync(terminal, parsed, parsed.GetRequiredValue(id), store, cancellationToken)
        );
        return command;
    }

    private static async Task ShowAsync(
        Terminal terminal,
        ParseResult parsed,
        string id,
        StoreSymbols store,
        CancellationToken cancellationToken
    )
    {
        (StoredTrust stored, ApplicationActivity activity) = await store.UseAsync(
            parsed,
            async opened => (
                await opened.Trusts.RequireAsync(id, cancellationToken).ConfigureAwait(false),
                (await opened.Reports.GetActivityAsync([id], cancellationToken).ConfigureAwait(false))[0]),
            cancellationToken).ConfigureAwait(false);

        if (store.IsJson(parsed))
        {
            var trust = TrustDocument.Of(stored, TimeProvider.System.GetUtcNow());
            await JsonLine
                .WriteAsync(terminal.Output, json => Write(json, trust, activity), cancellationToken)
                .ConfigureAwait(false);
            return;
        }

        TrustCard.Write(terminal.People, stored);
        DetailRow.Write(terminal.People, "Accepted", Describe(activity.LastAcceptedAt));
        DetailRow.Write(terminal.People, "Refused", Describe(activity.LastRefusedAt));
        DetailRow.Write(terminal.People, "Last hour", Describe(activity.LastHour));
        DetailRow.Write(terminal.People, "Last day", Describe(activity.LastDay));
    }

    private static void Write(Utf8JsonWriter json, TrustDocument trust, ApplicationActivity activity)
    {
        JsonLine.WriteMembersOf(json, trust.ToJson());
        json.WriteStartObject("activity");
        Write(json, "lastAcceptedAt", activity.LastAcceptedAt);
        Write(json, "lastRefusedAt", activity.LastRefusedAt);
        Write(json, "lastHour", activity.LastHour);
        Write(json, "lastDay", activity.LastDay);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, DateTimeOffset? moment)
    {
        if (moment is { } at) json.WriteString(name, at);
        else json.WriteNull(name);
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, long> counts)
    {
        json.WriteStartObject(name);
        foreach ((string code, long count) in counts) json.WriteNumber(code, count);
        json.WriteEndObject();
    }

    private static string Describe(DateTimeOffset? moment) =>
        moment is { } at
            ? string.Create(CultureInfo.InvariantCulture, $"last at {at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z")
            : "none on record";

    private static string Describe(IReadOnlyDictionary<string, long> counts) =>
        counts.Count == 0
            ? "no requests"
            : string.Join(
                ", ",
                counts
                    .OrderByDescending(count => count.Value)
                    .Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Key} {count.Value}"))
            );
}
