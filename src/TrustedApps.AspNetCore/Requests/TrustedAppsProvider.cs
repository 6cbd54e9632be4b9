using System.Collections.Concurrent;
using TrustedApps.AspNetCore.Responses;
using TrustedApps.Keys;
using TrustedApps.Responses;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>One scheme, ready to verify requests.</summary>
internal sealed class TrustedAppsProvider(
    string scheme,
    AssertionVerifier verifier,
    IKeyStore? keys,
    TrustedAppsOptions options,
    InMemoryTrustStore configured,
    ITrustStore trusts,
    TimeProvider time
)
{
    private readonly ConcurrentDictionary<string, long> _acceptedOn = new(StringComparer.Ordinal); // days
    private readonly ConcurrentDictionary<string, bool> _warned = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _warnedOfUsers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _warnedOfVersion = new(StringComparer.Ordinal);

    public AssertionVerifier Verifier => verifier;

    /// <summary>The events of the scheme.</summary>
    public RaisedEvents Events { get; } = new(scheme, options);

    /// <summary>The chains of applications whose requests were accepted today.</summary>
    public DailyChains Chains { get; } = new(time);

    /// <summary>This application's own keys at this moment; null where the scheme has none.</summary>
    public ApplicationKeys? Keys => keys?.Keys;

    /// <summary>The trusts of configuration.</summary>
    public InMemoryTrustStore Configured => configured;

    public string PathPrefix => options.PathPrefix;

    public bool RejectsOutright => options.RejectOutright;

    public string? ClaimsIssuer => options.ClaimsIssuer;

    /// <summary>The demand of a request that its response is proven.</summary>
    public ProofDemand DemandOf(ResponseProver prover) =>
        new(prover, Math.Min(options.MaxBufferedContent, ProvenBody.MaxHeldContent), time);

    /// <summary>
    /// Whether to warn, once for each application, that it speaks version 4 and may still use an older version.
    /// </summary>
    public bool NeedsLegacyWarning(VerifiedAssertion assertion) =>
        assertion.Application.Legacy is not null
        && assertion.Version == ProtocolVersion.Version4
        && _warned.TryAdd(assertion.Application.Id, true);

    /// <summary>
    /// Whether to warn, once for each application, that its trust denies users whose other names no resolver finds. The
    /// start warns of those that are in configuration.
    /// </summary>
    public bool NeedsResolverWarning(VerifiedAssertion assertion, IUserResolver users) =>
        ReferenceEquals(users, UserResolvers.Everyone)
        && DeniesUsers(assertion.Application)
        && configured.Find(assertion.Application.Id) is null
        && _warnedOfUsers.TryAdd(assertion.Application.Id, true);

    /// <summary>Whether a trust denies users, under any of its versions.</summary>
    public static bool DeniesUsers(TrustedApplication trust) =>
        trust.Conditions.DenyUsers.Count > 0 || trust.Legacy?.Conditions.DenyUsers.Count > 0;

    /// <summary>Whether there is a trust of an application, suspended or not.</summary>
    public bool Trusts(string? applicationId) => applicationId is not null && trusts.Find(applicationId) is not null;

    /// <summary>Whether this is the application's first accepted request of the day (UTC), in this process.</summary>
    public bool IsFirstOfDay(VerifiedAssertion assertion)
    {
        (string id, long today) = (assertion.Application.Id, time.GetUtcNow().Ticks / TimeSpan.TicksPerDay);
        if (_acceptedOn.TryGetValue(id, out long day)) return day < today && _acceptedOn.TryUpdate(id, today, day);
        return _acceptedOn.TryAdd(id, today);
    }

    /// <summary>
    /// Whether to warn, once for each application, that its trust accepts a version that is not registered.
    /// </summary>
    public bool NeedsRegistrationWarning(in Verdict verdict) =>
        verdict.Rejection?.ReasonId == "version.not-registered"
        && _warnedOfVersion.TryAdd(verdict.ClaimedApplicationId!, true);
}
