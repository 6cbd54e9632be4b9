using TrustedApps.Storage;
using TrustedApps.Tool.Administration;

namespace TrustedApps.Tool.Commands;

internal static class TrustResumeCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string>("ID") { Description = "The application id." };
        var store = new StoreSymbols();

        var command = new ToolCommand("resume", "Ends the suspension of a trust.", "trusted-apps trust resume wiki:8731 --store trust.db") { id };
        store.AddTo(command, changes: true);
        command.SetAction((parsed, cancellationToken) => ResumeAsync(terminal, parsed, parsed.GetRequiredValue(id), store, cancellationToken));
        return command;
    }

    private static async Task ResumeAsync(Terminal terminal, ParseResult parsed, string id, StoreSymbols store, CancellationToken cancellationToken)
    {
        StoredTrust changed = await store.UseAsync(
            parsed, opened => opened.Trusts.ResumeAsync(id, version: null, store.AdministratorOf(parsed), cancellationToken), cancellationToken).ConfigureAwait(false);
        await TrustOutput.WriteAsync(terminal, store.IsJson(parsed), changed, "Applications on this store accept its requests within seconds.", cancellationToken).ConfigureAwait(false);
    }
}
