namespace TrustedApps.Client;

/// <summary>Warnings that are logged once for a client.</summary>
[Flags]
internal enum ClientWarning
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A request is not below the base URL (event 34).</summary>
    OutsideBaseUrl = 1,

    /// <summary>Content takes long to end (event 33).</summary>
    ContentTakesLong = 2,

    /// <summary>A response does not say that the provider has verified the request (event 35).</summary>
    Unconfirmed = 4,
}
