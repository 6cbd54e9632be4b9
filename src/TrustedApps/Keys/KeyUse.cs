namespace TrustedApps.Keys;

/// <summary>The use of a key. No key serves two purposes (specification version-4.md, section 2).</summary>
public enum KeyUse
{
    /// <summary>Versions 1 to 3 and the Warwick dialect, and nothing else.</summary>
    Legacy,

    /// <summary>Signs certificates and key grants of version 4 (PS256).</summary>
    Signature,

    /// <summary>Unwraps session keys of version 4 (RSA-OAEP-256).</summary>
    Encryption,
}
