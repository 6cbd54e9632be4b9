using System.Collections.Concurrent;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>One scheme, ready to verify.</summary>
internal sealed class TrustedAppsProvider(
    AssertionVerifier verifier, IKeyStore? keys, TrustedAppsOptions options, InMemoryTrustStore configured)
{
    private readonly ConcurrentDictionary<string, bool> _warned = new(StringComparer.Ordinal);

    public AssertionVerifier Verifier => verifier;

    /// <summary>This application's own keys, as they are now; null where the scheme has none.</summary>
    public ApplicationKeys? Keys => keys?.Keys;

    /// <summary>The trusts that configuration names.</summary>
    public InMemoryTrustStore Configured => configured;

    public string PathPrefix => options.PathPrefix;

    public bool RejectsOutright => options.RejectOutright;

    public string? ClaimsIssuer => options.ClaimsIssuer;

    /// <summary>Whether an application that has spoken version 4 may still speak an older one, and nobody was told.</summary>
    public bool IsWorthWarning(VerifiedAssertion assertion) =>
        assertion.Application.Legacy is not null && !assertion.Version.IsLegacy && _warned.TryAdd(assertion.Application.Id, true);
}
