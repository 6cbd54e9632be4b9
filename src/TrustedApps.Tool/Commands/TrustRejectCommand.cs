using TrustedApps.Storage;
using TrustedApps.Tool.Administration;

namespace TrustedApps.Tool.Commands;

internal static class TrustRejectCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string>("ID") { Description = "The application id." };
        var store = new StoreSymbols();

        var command = new ToolCommand("reject", "Rejects the change of an application's keys that waits: these keys are not offered again.", "trusted-apps trust reject wiki:8731 --store trust.db") { id };
        store.AddTo(command, changes: true);
        command.SetAction((parsed, cancellationToken) => RejectAsync(terminal, parsed, parsed.GetRequiredValue(id), store, cancellationToken));
        return command;
    }

    private static async Task RejectAsync(Terminal terminal, ParseResult parsed, string id, StoreSymbols store, CancellationToken cancellationToken)
    {
        StoredTrust changed = await store.UseAsync(
            parsed, opened => opened.Trusts.RejectCertificateAsync(id, version: null, store.AdministratorOf(parsed), cancellationToken), cancellationToken).ConfigureAwait(false);
        await TrustOutput.WriteAsync(terminal, store.IsJson(parsed), changed, "The keys on record stay. If the other administrator knows nothing of new keys, one was stolen: suspend the trust and ask.", cancellationToken).ConfigureAwait(false);
    }
}
