namespace TrustedApps.Protocols;

/// <summary>Whether a request may try a key grant that was not accepted yet, while there is another.</summary>
internal enum KeyGrantTrial
{
    /// <summary>Its answer is not told, so a new key grant counts as accepted when it is there.</summary>
    Untold,

    /// <summary>It may not: it is sent again, and carries the key grant that was accepted.</summary>
    Never,

    /// <summary>Only shortly before the other expires: it cannot be sent again if the new one is refused.</summary>
    Urgent,

    /// <summary>It may. It can be sent again, so it may also name a key grant in place of carrying it.</summary>
    Allowed,
}
