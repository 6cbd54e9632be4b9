using System.Collections.Concurrent;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>One scheme, ready to verify requests.</summary>
internal sealed class TrustedAppsProvider(
    AssertionVerifier verifier, IKeyStore? keys, TrustedAppsOptions options, InMemoryTrustStore configured)
{
    private readonly ConcurrentDictionary<string, bool> _warned = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _warnedOfVersion = new(StringComparer.Ordinal);

    public AssertionVerifier Verifier => verifier;

    /// <summary>This application's own keys at this moment; null where the scheme has none.</summary>
    public ApplicationKeys? Keys => keys?.Keys;

    /// <summary>The trusts of configuration.</summary>
    public InMemoryTrustStore Configured => configured;

    public string PathPrefix => options.PathPrefix;

    public bool RejectsOutright => options.RejectOutright;

    public string? ClaimsIssuer => options.ClaimsIssuer;

    /// <summary>
    /// Whether to warn, once for each application, that it speaks version 4 and may still use an older version.
    /// </summary>
    public bool NeedsLegacyWarning(VerifiedAssertion assertion) =>
        assertion.Application.Legacy is not null
        && assertion.Version == ProtocolVersion.Version4
        && _warned.TryAdd(assertion.Application.Id, true);

    /// <summary>
    /// Whether to warn, once for each application, that its trust accepts a version that is not registered.
    /// </summary>
    public bool NeedsRegistrationWarning(in Verdict verdict) =>
        verdict.Rejection?.ReasonId == "version.not-registered"
        && _warnedOfVersion.TryAdd(verdict.ClaimedApplicationId!, true);
}
