namespace TrustedApps.AspNetCore.SignIn.Chain;

/// <summary>A link of a chain that was asked and failed.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="Failure">Why; of the schemes of this package a <see cref="RejectedException"/>.</param>
public sealed record ChainFailure(string Scheme, Exception Failure);
