namespace TrustedApps.Protocols;

/// <summary>Whether a request may try a key grant that was not accepted yet, while there is another.</summary>
internal enum KeyGrantTrial
{
    /// <summary>Its answer is not told, so a new key grant counts as accepted when it is there.</summary>
    Untold,

    /// <summary>It may not: it was a trial before.</summary>
    Never,

    /// <summary>Only shortly before the other expires: it cannot be sent again if the new one is refused.</summary>
    Urgent,

    /// <summary>It may.</summary>
    Allowed,
}
