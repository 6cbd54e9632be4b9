namespace TrustedApps.Certificates;

/// <summary>A replacement that leaves out a signing key on record, and so takes effect only after a hold.</summary>
/// <param name="Certificate">The certificate that will be on record.</param>
/// <param name="TakesEffectAt">When that is, unless an administrator decides sooner.</param>
public sealed record PendingCertificate(ApplicationCertificate Certificate, DateTimeOffset TakesEffectAt);
