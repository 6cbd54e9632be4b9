using System.Collections.Concurrent;
using TrustedApps.AspNetCore.Certificates;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>One scheme, ready to verify.</summary>
internal sealed class TrustedAppsProvider(AssertionVerifier verifier, IKeyStore? keys, TrustedAppsOptions options, CertificateRefresh? refresh)
{
    private readonly ConcurrentDictionary<string, bool> _warned = new(StringComparer.Ordinal);

    public AssertionVerifier Verifier => verifier;

    /// <summary>This application's own keys, as they are now; null where the scheme has none.</summary>
    public ApplicationKeys? Keys => keys?.Keys;

    /// <summary>Fetches certificates again; null where that is turned off, or the trusts are in a store that sees to it itself.</summary>
    public CertificateRefresh? Refresh => refresh;

    public string PathPrefix => options.PathPrefix;

    public bool RefusesOutright => options.RefuseOutright;

    public string? ClaimsIssuer => options.ClaimsIssuer;

    /// <summary>Whether an application that has spoken version 4 may still speak an older one, and nobody was told.</summary>
    public bool IsWorthWarning(VerifiedAssertion assertion) =>
        assertion.Application.Legacy is not null && !assertion.Version.IsLegacy && _warned.TryAdd(assertion.Application.Id, true);
}
