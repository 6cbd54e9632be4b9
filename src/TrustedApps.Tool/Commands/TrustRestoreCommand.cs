using TrustedApps.Storage;
using TrustedApps.Tool.Administration;

namespace TrustedApps.Tool.Commands;

internal static class TrustRestoreCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string>("ID") { Description = "The application id." };
        var store = new StoreSymbols();

        var command = new ToolCommand("restore", "Puts back the keys that an application had before the last change of them.", "trusted-apps trust restore wiki:8731 --store trust.db") { id };
        store.AddTo(command, changes: true);
        command.SetAction((parsed, cancellationToken) => RestoreAsync(terminal, parsed, parsed.GetRequiredValue(id), store, cancellationToken));
        return command;
    }

    private static async Task RestoreAsync(Terminal terminal, ParseResult parsed, string id, StoreSymbols store, CancellationToken cancellationToken)
    {
        StoredTrust changed = await store.UseAsync(
            parsed, opened => opened.Trusts.RestoreCertificateAsync(id, version: null, store.AdministratorOf(parsed), cancellationToken), cancellationToken).ConfigureAwait(false);
        await TrustOutput.WriteAsync(terminal, store.IsJson(parsed), changed, "The keys from before the change count again, and those that it brought do not return unasked.", cancellationToken).ConfigureAwait(false);
    }
}
