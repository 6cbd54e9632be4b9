using TrustedApps.Storage;
using TrustedApps.Tool.Administration;

namespace TrustedApps.Tool.Commands;

internal static class TrustSuspendCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string>("ID") { Description = "The application id." };
        var store = new StoreSymbols();

        var command = new ToolCommand("suspend", "Refuses all requests of an application, and keeps the trust on record.", "trusted-apps trust suspend wiki:8731 --store trust.db") { id };
        store.AddTo(command, changes: true);
        command.SetAction((parsed, cancellationToken) => SuspendAsync(terminal, parsed, parsed.GetRequiredValue(id), store, cancellationToken));
        return command;
    }

    private static async Task SuspendAsync(Terminal terminal, ParseResult parsed, string id, StoreSymbols store, CancellationToken cancellationToken)
    {
        StoredTrust changed = await store.UseAsync(
            parsed, opened => opened.Trusts.SuspendAsync(id, version: null, store.AdministratorOf(parsed), cancellationToken), cancellationToken).ConfigureAwait(false);
        await TrustOutput.WriteAsync(terminal, store.IsJson(parsed), changed, "Applications on this store refuse its requests within seconds. 'trusted-apps trust resume' ends that.", cancellationToken).ConfigureAwait(false);
    }
}
