using TrustedApps;

namespace Samples;

/// <summary>What administrators compare: the fingerprints of the keys that sign for an application under version 4.</summary>
internal static class OwnKeys
{
    public static IEnumerable<string> FingerprintsOf(ApplicationKeys keys) => keys.Keys
        .Where(key => key.Use == KeyUse.Signature)
        .Select(key => key.PublicKey.Fingerprint);
}
