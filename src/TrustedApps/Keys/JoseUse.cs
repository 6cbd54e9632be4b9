namespace TrustedApps.Keys;

/// <summary>The use of a key as members of a JWK (RFC 7517 sections 4.2 and 4.4).</summary>
internal static class JoseUse
{
    private static readonly (KeyUse Use, string Name, string? Algorithm)[] _all =
    [
        (KeyUse.Legacy, "legacy", null),
        (KeyUse.Signature, "sig", "PS256"),
        (KeyUse.Encryption, "enc", "RSA-OAEP-256"),
    ];

    public static (string Name, string? Algorithm) Of(KeyUse use)
    {
        (_, string name, string? algorithm) = _all.Single(known => known.Use == use);
        return (name, algorithm);
    }

    /// <summary>
    /// Finds the use of that name with that algorithm; null if there is none. Legacy keys need not name an algorithm.
    /// </summary>
    public static KeyUse? Find(string? name, string? algorithm)
    {
        foreach ((KeyUse use, string knownName, string? knownAlgorithm) in _all)
        {
            if (name == knownName && (knownAlgorithm is null || algorithm == knownAlgorithm)) return use;
        }

        return null;
    }
}
