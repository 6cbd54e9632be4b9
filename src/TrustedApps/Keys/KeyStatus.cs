namespace TrustedApps.Keys;

/// <summary>The place of a key in its rotation.</summary>
public enum KeyStatus
{
    /// <summary>In use.</summary>
    Current,

    /// <summary>Already in the certificate, so that others have it before it is used.</summary>
    Next,

    /// <summary>No longer used; kept while others may still rely on it.</summary>
    Retired,
}
