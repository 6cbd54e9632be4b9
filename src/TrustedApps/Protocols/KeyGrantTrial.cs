namespace TrustedApps.Protocols;

/// <summary>Whether a request may try a key grant that was not accepted yet, while there is another.</summary>
internal enum KeyGrantTrial
{
    /// <summary>It may not: its answer is not told, or it was a trial before.</summary>
    Never,

    /// <summary>Only shortly before the other expires: it cannot be sent again if the new one is refused.</summary>
    Urgent,

    /// <summary>It may.</summary>
    Allowed,
}
