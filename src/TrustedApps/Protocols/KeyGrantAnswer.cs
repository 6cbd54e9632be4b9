namespace TrustedApps.Protocols;

/// <summary>What a response says about the key grant of its request.</summary>
internal enum KeyGrantAnswer
{
    /// <summary>Nothing, or there was no response.</summary>
    Unknown,

    /// <summary>The provider has accepted it, and rejected the request for another reason.</summary>
    Accepted,

    /// <summary>The provider has accepted it and the request.</summary>
    Confirmed,

    /// <summary>The provider could not look at it.</summary>
    Unavailable,

    /// <summary>The provider does not keep the key grant that the request names.</summary>
    Needed,

    /// <summary>The provider has rejected it, or it may be the reason why the assertion was rejected.</summary>
    Rejected,
}
