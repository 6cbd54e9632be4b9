namespace TrustedApps.Protocols;

/// <summary>
/// The traits in which versions of the protocol differ. The verifier and the issuer ask for a trait, never for a
/// version.
/// </summary>
internal sealed record ProtocolTraits
{
    /// <summary>
    /// Whether the keys are the application's legacy key and the conditions those of <see cref="LegacyAccess"/>.
    /// </summary>
    public bool UsesLegacyKey { get; init; }

    /// <summary>
    /// Whether assertions are encrypted under the session key of a key grant, which the provider verifies once and then
    /// caches.
    /// </summary>
    public bool NeedsKeyGrant { get; init; }

    /// <summary>Whether scheme and host are signed with each assertion. If not, path and query are.</summary>
    public bool SignsOrigin { get; init; }

    /// <summary>
    /// Whether the sender is proven by a signature that is checked after the assertion was opened. Otherwise opening
    /// proves it.
    /// </summary>
    public bool ProvenBySignature { get; init; }

    /// <summary>
    /// Whether the assertion names the request method. Otherwise only safe methods are allowed by default.
    /// </summary>
    public bool BindsMethod { get; init; }

    /// <summary>Whether the assertion describes the content of the request.</summary>
    public bool BindsContent { get; init; }

    /// <summary>Whether the assertion can name further headers of the request.</summary>
    public bool BindsHeaders { get; init; }

    /// <summary>Whether time stamps are whole seconds. Otherwise they are milliseconds.</summary>
    public bool CountsSeconds { get; init; }

    /// <summary>
    /// Whether the trust sets how far ahead of the provider's clock an assertion may be stamped. Otherwise the
    /// verifier's clock skew applies, ahead and behind.
    /// </summary>
    public bool AllowsPostDating { get; init; }

    /// <summary>The rule for replay entries of requests of this version.</summary>
    public ReplayRule Replay { get; init; }

    /// <summary>Whether an identical request may be repeated if the trust allows it.</summary>
    public bool AllowsRepetitions => Replay != ReplayRule.SingleUse;

    /// <summary>Versions 1 and 2.</summary>
    public static ProtocolTraits Encrypted { get; } = Signed(ReplayRule.Always);

    /// <summary>Version 3 and the Warwick dialect.</summary>
    public static ProtocolTraits PlainText { get; } = Signed(ReplayRule.WhereRejected);

    /// <summary>Version 4.</summary>
    public static ProtocolTraits SessionKey { get; } =
        new()
        {
            NeedsKeyGrant = true,
            BindsMethod = true,
            BindsContent = true,
            BindsHeaders = true,
            CountsSeconds = true,
            Replay = ReplayRule.SingleUse,
        };

    private static ProtocolTraits Signed(ReplayRule replay) =>
        new()
        {
            UsesLegacyKey = true,
            SignsOrigin = true,
            ProvenBySignature = true,
            AllowsPostDating = true,
            Replay = replay,
        };
}

/// <summary>Rules for adding a request to the replay cache.</summary>
internal enum ReplayRule
{
    /// <summary>
    /// Added if the trust rejects repetitions: everything is signed, so only an identical request can be repeated.
    /// </summary>
    WhereRejected,

    /// <summary>Always added: parts of a captured request can be combined with others.</summary>
    Always,

    /// <summary>Always added, and no repetition is accepted.</summary>
    SingleUse,
}
