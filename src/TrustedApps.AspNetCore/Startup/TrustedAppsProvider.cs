namespace TrustedApps.AspNetCore.Startup;

/// <summary>One scheme, ready to verify.</summary>
internal sealed record TrustedAppsProvider(AssertionVerifier Verifier, ApplicationKeys? Keys);
