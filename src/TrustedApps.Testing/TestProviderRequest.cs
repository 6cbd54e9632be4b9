using TrustedApps.Hosting;

namespace TrustedApps.Testing;

/// <summary>A trusted request that reached a <see cref="TrustedAppsTestProvider"/>. Immutable.</summary>
public sealed class TestProviderRequest
{
    internal TestProviderRequest(in ObservedRequest request, in Verdict verdict)
    {
        VerifiedAssertion? accepted = verdict.Assertion;
        (Method, Path) = (request.Method, request.Path);
        ApplicationId = verdict.ClaimedApplicationId;
        User = accepted is null ? verdict.ClaimedUser : accepted.User;
        Actors = accepted?.Actors ?? verdict.ClaimedActors;
        Scopes = accepted?.Scopes ?? [];
        (Rejection, Detail) = (verdict.Code, verdict.RejectionDetail);
    }

    /// <summary>The method.</summary>
    public string Method { get; }

    /// <summary>The decoded path, with the path of the base URL.</summary>
    public string Path { get; }

    /// <summary>The application that made it.</summary>
    public string? ApplicationId { get; }

    /// <summary>The user; null for the application itself, or if the request could not be read.</summary>
    public string? User { get; }

    /// <summary>The applications that asked for it, the nearest first.</summary>
    public IReadOnlyList<string> Actors { get; }

    /// <summary>The scopes that it is narrowed to.</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary>The code with which it was rejected; null if it was accepted.</summary>
    public ErrorCode? Rejection { get; }

    /// <summary>The reason of the rejection, as the log of a provider says it; null if it was accepted.</summary>
    public string? Detail { get; }
}
