using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace TrustedApps.Admin.Forms;

/// <summary>
/// Tries a request of an application: the trust, its conditions and this application's user resolver, in the order in
/// which a request meets them. Time, signature and replay are not tried.
/// </summary>
internal sealed class Trial
{
    private static readonly (string Label, string[] Reasons)[] _conditions =
    [
        ("Address", ["address.not-allowed"]),
        ("Method", ["conditions.method"]),
        ("Path", ["conditions.url"]),
        ("User is allowed", ["conditions.user", "conditions.self"]),
    ];

    private readonly List<TrialCheck> _checks = [];

    public required ProtocolVersion Version { get; init; }

    public required IPAddress Address { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    /// <summary>The user; null for the application itself.</summary>
    public required string? User { get; init; }

    /// <summary>The application id, as the resolver gets it.</summary>
    public required string Origin { get; init; }

    public required IUserResolver Users { get; init; }

    /// <summary>Whether the trust is suspended; null if there is no trust yet.</summary>
    public bool? IsSuspended { get; init; }

    /// <summary>Tries it. A resolver that fails is a check that did not pass.</summary>
    public async Task<TrialResult> RunAsync(TrustConditions conditions, CancellationToken cancellationToken)
    {
        if (IsSuspended is { } isSuspended)
        {
            const string Suspended = "The trust is suspended, so every request of the application is refused.";
            if (!Add("Trust is active", isSuspended ? Suspended : null))
            {
                return Refused(ErrorCode.ApplicationUnknown, Suspended);
            }
        }

        if (!Meets(conditions, User, out TrialResult? refused)) return refused;
        if (User is null) return Allowed("This request would be allowed, for the application itself.");
        UserResolution found;
        try
        {
            found = await Users
                .ResolveAsync(User, Origin, cancellationToken)
                .AsTask()
                .WaitAsync(cancellationToken);
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            string failed = $"The user resolver of this application failed: {problem.GetType().Name}.";
            Add("User exists here", failed);
            return Refused(ErrorCode.Unavailable, failed);
        }

        return found.Status switch
        {
            UserStatus.Known => Known(conditions, found.Name!),
            UserStatus.Unknown => Missing(ErrorCode.UserUnknown, $"No user '{User}' exists in this application."),
            UserStatus.Denied => Missing(ErrorCode.PermissionDenied, $"User '{User}' may not log in here."),
            _ => Missing(ErrorCode.Unavailable, "The user resolver of this application does not answer now."),
        };
    }

    // The lists of users apply to the canonical name as well.
    private TrialResult Known(TrustConditions conditions, string name)
    {
        Add("User exists here", problem: null);
        if (name != User && !Meets(conditions, name, out TrialResult? refused)) return refused;
        return Allowed(
            ReferenceEquals(Users, UserResolvers.Everyone)
                ? $"This request would be allowed, for '{User}': every name is a user here."
                : $"This request would be allowed, for '{name}'."
        );
    }

    private TrialResult Missing(ErrorCode code, string text)
    {
        Add("User exists here", text);
        return Refused(code, text);
    }

    private bool Meets(
        TrustConditions conditions,
        string? user,
        [NotNullWhen(false)] out TrialResult? refused
    )
    {
        refused = null;
        Rejection? rejection = conditions.FindRejection(Version, Address, Method, Path, user);
        foreach ((string label, string[] reasons) in _conditions)
        {
            if (rejection is { } failed && reasons.Contains(failed.ReasonId, StringComparer.Ordinal))
            {
                Add(label, failed.Detail);
                refused = Refused(failed.Code, failed.Detail);
                return false;
            }

            Add(label, problem: null);
        }

        if (rejection is not { } other) return true;
        refused = Refused(other.Code, other.Detail);
        return false;
    }

    private bool Add(string label, string? problem)
    {
        _checks.RemoveAll(check => check.Label == label);
        _checks.Add(new TrialCheck(label, problem is null));
        return problem is null;
    }

    private TrialResult Allowed(string text) => new(_checks, Code: null, text);

    private TrialResult Refused(ErrorCode code, string text) => new(_checks, code.ToWireName(), text);
}

/// <summary>The result of trying a request.</summary>
/// <param name="Checks">The checks that were made, in their order.</param>
/// <param name="Code">The code of the refusal; null if the request would be allowed.</param>
/// <param name="Text">A sentence for the administrator.</param>
internal sealed record TrialResult(IReadOnlyList<TrialCheck> Checks, string? Code, string Text)
{
    public bool IsAllowed => Code is null;
}

/// <summary>One check.</summary>
/// <param name="Label">What is checked.</param>
/// <param name="Passed">Whether the request passed it.</param>
internal sealed record TrialCheck(string Label, bool Passed);
