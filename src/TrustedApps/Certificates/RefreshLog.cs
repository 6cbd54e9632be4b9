using Microsoft.Extensions.Logging;
using TrustedApps.Keys;
using TrustedApps.Text;

namespace TrustedApps.Certificates;

/// <summary>
/// The events of a <see cref="CertificateRefresher"/>. Their ids and names are listed in docs/operations.md.
/// </summary>
internal static partial class RefreshLog
{
    [LoggerMessage(
        15,
        LogLevel.Error,
        "The certificate that '{Application}' serves could not be processed, so the one on record stays. It is fetched again within an hour. This is a fault of this program: report it",
        EventName = "RefreshFailed"
    )]
    public static partial void RefreshFailed(this ILogger logger, string application, Exception problem);

    [LoggerMessage(
        40,
        LogLevel.Information,
        "'{Application}' has a new certificate, signed by a key on record. Signing keys: {Keys}",
        EventName = "KeysReplaced"
    )]
    public static partial void KeysReplaced(this ILogger logger, string application, string keys);

    [LoggerMessage(
        41,
        LogLevel.Warning,
        "'{Application}' has a new certificate with other signing keys. Of those on record it leaves out {Missing}. Its signing keys {Keys} take effect at {TakesEffectAt} if they are still served then. Ask the administrator of the application whether these keys are theirs: if not, a key was stolen. Until then an administrator can confirm or reject them. A trust in a store: on the page trust?id={Id} of the trust administration, or with 'trusted-apps trust confirm' and 'trust reject'. A trust or provider in the configuration: remove it there if the keys are not theirs",
        EventName = "KeysHeld"
    )]
    public static partial void KeysHeld(
        this ILogger logger,
        string application,
        string missing,
        string keys,
        string takesEffectAt,
        string id
    );

    [LoggerMessage(
        42,
        LogLevel.Warning,
        "A new certificate of '{Application}' was rejected, so the one on record stays. {Problem}",
        EventName = "KeysRefused"
    )]
    public static partial void KeysRejected(this ILogger logger, string application, string problem);

    [LoggerMessage(
        43,
        LogLevel.Warning,
        "The certificate of '{Application}' could not be fetched, so the one on record stays. {Problem}",
        EventName = "CertificateNotFetched"
    )]
    public static partial void CertificateNotFetched(this ILogger logger, string application, string problem);

    [LoggerMessage(
        44,
        LogLevel.Warning,
        "The certificate of '{Application}' was last confirmed at {LastConfirmedAt}, more than 30 days ago. Check that the application is still in use and serves its certificate",
        EventName = "CertificateUnconfirmed"
    )]
    public static partial void CertificateUnconfirmed(
        this ILogger logger,
        string application,
        string lastConfirmedAt
    );

    [LoggerMessage(
        45,
        LogLevel.Warning,
        "The new certificate of '{Application}' that was held is dropped, because it is no longer served: {NotServed} of its last {Checks} hourly checks found another one. Its signing keys were {Keys}. Another server answered at the base URL for a time, with a key on record: ask the administrator of the application whether the keys are theirs. If they are not, a key was stolen",
        EventName = "HeldKeysDropped"
    )]
    public static partial void HeldKeysDropped(
        this ILogger logger,
        string application,
        int notServed,
        int checks,
        string keys
    );

    [LoggerMessage(
        75,
        LogLevel.Warning,
        "A certificate could not be refreshed, because the store of certificates did not answer: {Problem} The next round is in one minute",
        EventName = "RefreshPostponed"
    )]
    public static partial void RefreshPostponed(this ILogger logger, string problem);

    /// <summary>Logs the outcome of a certificate that was fetched. A confirmation is not an event.</summary>
    /// <param name="logger">The log.</param>
    /// <param name="application">The application id.</param>
    /// <param name="offer">The outcome.</param>
    /// <param name="heldBefore">The end of the hold that was under way before; null if there was none.</param>
    public static void Considered(
        this ILogger logger, string application, CertificateOffer offer, DateTimeOffset? heldBefore)
    {
        if (offer.Dropped is { } dropped)
        {
            logger.HeldKeysDropped(
                application,
                dropped.TimesNotServed,
                Math.Min(dropped.TimesNotServed + dropped.TimesServed, PendingCertificate.RememberedChecks),
                Format(dropped.Certificate.SigningKeys)
            );
        }

        if (offer.Outcome == OfferOutcome.Replaced) logger.KeysReplaced(application, Format(offer.Record.SigningKeys));
        else if (offer is { Outcome: OfferOutcome.Rejected, Problem: { } problem })
        {
            logger.KeysRejected(application, problem);
        }
        else if (
            offer is { Outcome: OfferOutcome.Held, Record.Pending: { } pending } && pending.TakesEffectAt != heldBefore
        )
        {
            IReadOnlyList<RsaPublicKey> keys = pending.Certificate.SigningKeys;
            logger.KeysHeld(
                application,
                offer.Record.SigningKeys.All(keys.Contains)
                    ? "none"
                    : Format(offer.Record.SigningKeys.Where(key => !keys.Contains(key))),
                Format(keys),
                LogTime.Of(pending.TakesEffectAt),
                Uri.EscapeDataString(application)
            );
        }
    }

    // In groups of four, as pages and tool show them: a search for one finds the other.
    private static string Format(IEnumerable<RsaPublicKey> keys) =>
        string.Join(", ", keys.Select(key => key.Fingerprint));
}
