using TrustedApps.Protocols.Atlassian;
using TrustedApps.Protocols.Version4;
using TrustedApps.Protocols.Warwick;

namespace TrustedApps.Protocols;

/// <summary>The protocols there are: a new version joins here, by one line. What is asked for most comes first.</summary>
internal static class ProtocolList
{
    private static readonly ITrustedAppProtocol[] _all =
    [
        new Version4Protocol(),
        new SignedProtocol(),
        new WarwickProtocol(),
        new EncryptedProtocol(ProtocolVersion.Atlassian2),
        new EncryptedProtocol(ProtocolVersion.Atlassian1),
    ];

    public static ITrustedAppProtocol Find(ProtocolVersion version) => Array.Find(_all, protocol => protocol.Version == version)!;

    /// <summary>The protocol that the headers name, character for character; null when there is none of that name.</summary>
    public static ITrustedAppProtocol? Find(in AssertionHeaders headers)
    {
        if (headers.Family == HeaderFamily.Warwick) return Find(ProtocolVersion.Warwick);
        foreach (ITrustedAppProtocol protocol in _all)
        {
            ProtocolVersion version = protocol.Version;
            if (version.Name == headers.Version && version != ProtocolVersion.Warwick) return protocol;
        }

        return null;
    }
}
