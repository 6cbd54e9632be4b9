namespace TrustedApps.AspNetCore.Requests;

/// <summary>What this host says of the request, kept for the response and for whoever strips headers.</summary>
internal sealed record VerdictFeature(string Scheme, Verdict Verdict);
