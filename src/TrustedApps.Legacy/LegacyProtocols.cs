using TrustedApps.Legacy.Atlassian;
using TrustedApps.Legacy.Warwick;
using TrustedApps.Protocols;

namespace TrustedApps.Legacy;

/// <summary>
/// The versions older than version 4. With services, call <c>AddLegacyVersions()</c>; without, list them in
/// <see cref="AssertionVerifierOptions.LegacyProtocols"/> or give one to an <see cref="AssertionIssuer"/>. A trust
/// accepts only the versions that it names.
/// </summary>
public static class LegacyProtocols
{
    /// <summary>
    /// Version 1: encrypted, not bound to the URL unless the consumer signs. Weak: see docs/security.md.
    /// </summary>
    public static LegacyProtocol Atlassian1 { get; } = new EncryptedProtocol(ProtocolVersion.Atlassian1);

    /// <summary>Version 2: encrypted, the URL signed, the user not. Weak: see docs/security.md.</summary>
    public static LegacyProtocol Atlassian2 { get; } = new EncryptedProtocol(ProtocolVersion.Atlassian2);

    /// <summary>Version 3: time, URL and user signed, nothing encrypted.</summary>
    public static LegacyProtocol Atlassian3 { get; } = new SignedProtocol();

    /// <summary>The Warwick dialect: as version 3, with headers of its own.</summary>
    public static LegacyProtocol Warwick { get; } = new WarwickProtocol();

    /// <summary>All of them.</summary>
    public static IReadOnlyList<LegacyProtocol> All { get; } = [Atlassian1, Atlassian2, Atlassian3, Warwick];

    /// <summary>Finds the protocol of a version.</summary>
    /// <param name="version">A version older than version 4.</param>
    /// <returns>The protocol.</returns>
    /// <exception cref="ArgumentException">The version is not older than version 4.</exception>
    public static LegacyProtocol Find(ProtocolVersion version) =>
        All.FirstOrDefault(protocol => protocol.Version == version)
        ?? throw new ArgumentException($"Version '{version}' is not older than version 4.", nameof(version));
}
