using TrustedApps.Certificates;
using TrustedApps.Storage;
using TrustedApps.Tool.Administration;

namespace TrustedApps.Tool.Commands;

internal static class TrustConfirmCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string>("ID") { Description = "The application id." };
        Option<string[]> fingerprints = new CertificateSymbols().Fingerprints;
        (fingerprints.Description, fingerprints.Required) = (
            "The fingerprint of a signing key that waits, as the other administrator sees it; once for each of them. Others than these are not confirmed.",
            true
        );
        var store = new StoreSymbols();

        var command = new ToolCommand(
            "confirm",
            "Puts the change of an application's keys that waits into effect now. Compare the fingerprints that 'trust show' gives before.",
            "trusted-apps trust confirm wiki:8731 --fingerprint 'NzbL sXh8 uDCc d-6M NwXF 4W_7 noWX FZAf HkxZ sRGC 9Xs' --store trust.db"
        )
        {
            id,
            fingerprints,
        };
        store.AddTo(command, changes: true);
        command.SetAction(
            (parsed, cancellationToken) =>
                ConfirmAsync(
                    terminal,
                    parsed,
                    parsed.GetRequiredValue(id),
                    parsed.GetValue(fingerprints) ?? [],
                    store,
                    cancellationToken
                )
        );
        return command;
    }

    // Another certificate may wait since the comparison: the fingerprints identify the one that is meant.
    private static async Task ConfirmAsync(
        Terminal terminal,
        ParseResult parsed,
        string id,
        string[] fingerprints,
        StoreSymbols store,
        CancellationToken cancellationToken
    )
    {
        StoredTrust confirmed = await store
            .UseAsync(
                parsed,
                async opened =>
                {
                    StoredTrust read = await opened.Trusts.RequireAsync(id, cancellationToken).ConfigureAwait(false);
                    PendingCertificate pending =
                        read.Trust.Record?.Pending
                        ?? throw new BadInputException(
                            $"No change of keys is waiting for '{id}'. Nothing was changed."
                        );
                    CertificateSymbols.RequireExactly(pending.Certificate.SigningKeys, fingerprints);
                    return await opened
                        .Trusts.ConfirmCertificateAsync(
                            id,
                            read.Version,
                            store.AdministratorOf(parsed),
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        await TrustOutput
            .WriteAsync(
                terminal,
                store.IsJson(parsed),
                confirmed,
                "The new keys count. 'trusted-apps trust restore' puts the old ones back.",
                cancellationToken
            )
            .ConfigureAwait(false);
    }
}
