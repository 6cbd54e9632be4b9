using TrustedApps.Storage;
using TrustedApps.Tool.Administration;

namespace TrustedApps.Tool.Commands;

/// <summary>The commands that change one trust and need no more than its id.</summary>
internal static class TrustStateCommands
{
    private delegate Task<StoredTrust> Change(TrustAdministration trusts, string id, string administrator, CancellationToken cancellationToken);

    public static Command CreateSuspend(Terminal terminal) => Create(
        terminal, "suspend", "Refuses all requests of an application, and keeps the trust on record.",
        "Applications on this store refuse its requests within seconds. 'trusted-apps trust resume' ends that.",
        (trusts, id, administrator, cancellationToken) => trusts.SuspendAsync(id, version: null, administrator, cancellationToken));

    public static Command CreateResume(Terminal terminal) => Create(
        terminal, "resume", "Ends the suspension of a trust.",
        "Applications on this store accept its requests within seconds.",
        (trusts, id, administrator, cancellationToken) => trusts.ResumeAsync(id, version: null, administrator, cancellationToken));

    public static Command CreateReject(Terminal terminal) => Create(
        terminal, "reject", "Rejects the change of an application's keys that waits: these keys are not offered again.",
        "The keys on record stay. If the other administrator knows nothing of new keys, one was stolen: suspend the trust and ask.",
        (trusts, id, administrator, cancellationToken) => trusts.RejectCertificateAsync(id, version: null, administrator, cancellationToken));

    public static Command CreateRestore(Terminal terminal) => Create(
        terminal, "restore", "Puts back the keys that an application had before the last change of them.",
        "The keys from before the change count again, and those that it brought do not return unasked.",
        (trusts, id, administrator, cancellationToken) => trusts.RestoreCertificateAsync(id, version: null, administrator, cancellationToken));

    private static ToolCommand Create(Terminal terminal, string verb, string description, string done, Change change)
    {
        var id = new Argument<string>("ID") { Description = "The application id." };
        var store = new StoreSymbols();

        var command = new ToolCommand(verb, description, $"trusted-apps trust {verb} wiki:8731 --store trust.db") { id };
        store.AddTo(command, changes: true);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            StoredTrust changed = await store.UseAsync(
                parsed,
                opened => change(opened.Trusts, parsed.GetRequiredValue(id), store.AdministratorOf(parsed), cancellationToken),
                cancellationToken).ConfigureAwait(false);
            await TrustOutput.WriteAsync(terminal, store.IsJson(parsed), changed, done, cancellationToken).ConfigureAwait(false);
        });
        return command;
    }
}
