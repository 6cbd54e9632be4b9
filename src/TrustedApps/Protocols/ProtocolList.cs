using TrustedApps.Protocols.Atlassian;
using TrustedApps.Protocols.Version4;
using TrustedApps.Protocols.Warwick;

namespace TrustedApps.Protocols;

/// <summary>The protocols there are: a new version joins here, by one line.</summary>
internal static class ProtocolList
{
    private static readonly ITrustedAppProtocol[] _all =
    [
        new EncryptedProtocol(ProtocolVersion.Atlassian1),
        new EncryptedProtocol(ProtocolVersion.Atlassian2),
        new SignedProtocol(),
        new Version4Protocol(),
        new WarwickProtocol(),
    ];

    public static ITrustedAppProtocol Find(ProtocolVersion version) => Array.Find(_all, protocol => protocol.Version == version)!;

    /// <summary>The protocol that the headers name, character for character; null when there is none of that name.</summary>
    public static ITrustedAppProtocol? Find(in AssertionHeaders headers)
    {
        string? name = headers.Family == HeaderFamily.Warwick ? ProtocolVersion.Warwick.Name : headers.Version;
        foreach (ITrustedAppProtocol protocol in _all)
        {
            bool isSameFamily = protocol.Version == ProtocolVersion.Warwick == (headers.Family == HeaderFamily.Warwick);
            if (isSameFamily && protocol.Version.Name == name) return protocol;
        }

        return null;
    }
}
