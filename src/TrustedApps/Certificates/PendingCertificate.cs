namespace TrustedApps.Certificates;

/// <summary>A replacement that drops a signing key on record. It takes effect only after a hold.</summary>
/// <param name="Certificate">The certificate that will be on record.</param>
/// <param name="TakesEffectAt">The time at which it takes effect, unless an administrator decides sooner.</param>
public sealed record PendingCertificate(ApplicationCertificate Certificate, DateTimeOffset TakesEffectAt);
