using TrustedApps.Storage;
using TrustedApps.Tool.Administration;

namespace TrustedApps.Tool.Commands;

/// <summary>The commands that change one trust and need no more than its id.</summary>
internal static class TrustStateCommands
{
    private const string Suspend = "suspend", Resume = "resume", Reject = "reject", Restore = "restore";

    public static Command CreateSuspend(Terminal terminal) => Create(
        terminal, Suspend, "Refuses all requests of an application, and keeps the trust on record.",
        "Applications on this store refuse its requests within seconds. 'trusted-apps trust resume' ends that.");

    public static Command CreateResume(Terminal terminal) => Create(
        terminal, Resume, "Ends the suspension of a trust.",
        "Applications on this store accept its requests within seconds.");

    public static Command CreateReject(Terminal terminal) =>
        Create(
            terminal,
            Reject,
            "Rejects the change of an application's keys that waits: these keys are not offered again.",
            "The keys on record stay. If the other administrator knows nothing of new keys, one was stolen: suspend the trust and ask."
        );

    public static Command CreateRestore(Terminal terminal) => Create(
        terminal, Restore, "Puts back the keys that an application had before the last change of them.",
        "The keys from before the change count again, and those that it brought do not return unasked.");

    private static ToolCommand Create(Terminal terminal, string verb, string description, string done)
    {
        var id = new Argument<string>("ID") { Description = "The application id." };
        var store = new StoreSymbols();

        var command = new ToolCommand(verb, description, $"trusted-apps trust {verb} wiki:8731 --store trust.db")
        {
            id,
        };
        store.AddTo(command, changes: true);
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(terminal, parsed, verb, parsed.GetRequiredValue(id), done, store, cancellationToken)
        );
        return command;
    }

    private static async Task RunAsync(
        Terminal terminal,
        ParseResult parsed,
        string verb,
        string id,
        string done,
        StoreSymbols store,
        CancellationToken cancellationToken
    )
    {
        StoredTrust changed = await store.UseAsync(
            parsed,
            opened => ChangeAsync(opened.Trusts, verb, id, store.AdministratorOf(parsed), cancellationToken),
            cancellationToken).ConfigureAwait(false);
        await TrustOutput
            .WriteAsync(terminal, store.IsJson(parsed), changed, done, cancellationToken)
            .ConfigureAwait(false);
    }

    // A method and not delegates beside the verbs: commands that need no store do not load its package.
    private static Task<StoredTrust> ChangeAsync(
        TrustAdministration trusts,
        string verb,
        string id,
        string administrator,
        CancellationToken cancellationToken
    ) =>
        verb switch
        {
            Suspend => trusts.SuspendAsync(id, version: null, administrator, cancellationToken),
            Resume => trusts.ResumeAsync(id, version: null, administrator, cancellationToken),
            Reject => trusts.RejectCertificateAsync(id, version: null, administrator, cancellationToken),
            Restore => trusts.RestoreCertificateAsync(id, version: null, administrator, cancellationToken),
            _ => throw new ArgumentException($"There is no change '{verb}'.", nameof(verb)),
        };
}
