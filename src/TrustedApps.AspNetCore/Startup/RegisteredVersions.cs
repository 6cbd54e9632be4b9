using TrustedApps.Protocols;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>
/// Ensures that every version that a trust of this host accepts is registered. Otherwise each of its requests would be
/// rejected.
/// </summary>
internal static class RegisteredVersions
{
    /// <exception cref="InvalidOperationException">A trust accepts a version that is not registered.</exception>
    public static void Require(string scheme, TrustedApplication trust, IReadOnlyList<LegacyProtocol> registered)
    {
        if (trust.Legacy is not { } legacy) return;
        IReadOnlyList<ProtocolVersion> versions = legacy.Conditions.Versions ?? [ProtocolVersion.Atlassian3];
        ProtocolVersion? missing = versions.FirstOrDefault(version =>
            !registered.Any(protocol => protocol.Version == version)
        );
        if (missing is null) return;
        throw new InvalidOperationException(
            $"Scheme '{scheme}': the trust of '{trust.Id}' accepts version '{missing}', which is in the package TrustedApps.Legacy. Add that package and call AddLegacyVersions() on the services, or take the version out of the trust."
        );
    }
}
