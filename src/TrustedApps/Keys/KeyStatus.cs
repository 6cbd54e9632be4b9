namespace TrustedApps.Keys;

/// <summary>Where a key stands in its rotation.</summary>
public enum KeyStatus
{
    /// <summary>In use.</summary>
    Current,

    /// <summary>In the certificate already, so that others know it before it is used.</summary>
    Next,

    /// <summary>No longer used; kept while others may still rely on it.</summary>
    Retired,
}
