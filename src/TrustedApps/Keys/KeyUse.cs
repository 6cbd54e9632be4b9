namespace TrustedApps.Keys;

/// <summary>What a key is for. No key serves two purposes (specification version-4.md, section 2).</summary>
public enum KeyUse
{
    /// <summary>Versions 1 to 3 and the Warwick dialect, and nothing else.</summary>
    Legacy,

    /// <summary>Signs certificates and grants of version 4 (PS256).</summary>
    Signature,

    /// <summary>Opens session keys of version 4 that others wrapped (RSA-OAEP-256).</summary>
    Encryption,
}
