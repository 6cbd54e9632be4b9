namespace TrustedApps.AspNetCore.Requests;

/// <summary>What a scheme said of this request, kept for the challenge and for whoever strips headers.</summary>
internal sealed record VerdictFeature(string Scheme, Verdict Verdict);
