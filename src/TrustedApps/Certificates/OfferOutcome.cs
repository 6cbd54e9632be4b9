namespace TrustedApps.Certificates;

/// <summary>What came of a certificate that was fetched again.</summary>
public enum OfferOutcome
{
    /// <summary>It changes nothing; the problem says why.</summary>
    Rejected,

    /// <summary>It has the keys on record.</summary>
    Confirmed,

    /// <summary>Its keys are on record now.</summary>
    Replaced,

    /// <summary>It leaves out a signing key on record, so it takes effect after the hold, or when an administrator confirms it.</summary>
    Held,
}
