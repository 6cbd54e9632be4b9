namespace TrustedApps.AspNetCore.SignIn.Chain;

/// <summary>A scheme of a chain that failed.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="Failure">The reason: a <see cref="RejectedException"/> for the schemes of this package.</param>
public sealed record ChainFailure(string Scheme, Exception Failure);
