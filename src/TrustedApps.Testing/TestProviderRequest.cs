namespace TrustedApps.Testing;

/// <summary>A trusted request that reached a <see cref="TrustedAppsTestProvider"/>.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The decoded path, with the path of the base URL.</param>
/// <param name="ApplicationId">The application that made it.</param>
/// <param name="User">The user; null for the application itself, or if the request could not be read.</param>
/// <param name="Actors">The applications that asked for it, the nearest first.</param>
/// <param name="Scopes">The scopes that it is narrowed to.</param>
/// <param name="Rejection">The code with which it was rejected; null if it was accepted.</param>
/// <param name="Detail">The reason of the rejection, as the log of a provider says it; null if it was accepted.</param>
public sealed record TestProviderRequest(
    string Method,
    string Path,
    string? ApplicationId,
    string? User,
    IReadOnlyList<string> Actors,
    IReadOnlyList<string> Scopes,
    ErrorCode? Rejection,
    string? Detail);
