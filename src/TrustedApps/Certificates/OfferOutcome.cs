namespace TrustedApps.Certificates;

/// <summary>The outcome of offering a certificate that was fetched again.</summary>
public enum OfferOutcome
{
    /// <summary>The record stays as it is; the problem says why.</summary>
    Rejected,

    /// <summary>The certificate has the keys on record.</summary>
    Confirmed,

    /// <summary>The keys of the certificate are now on record.</summary>
    Replaced,

    /// <summary>
    /// The certificate adds or drops a signing key. It takes effect after the hold, if it is still served then, or when
    /// an administrator confirms it.
    /// </summary>
    Held,
}
