using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Admin.Certificates;

/// <summary>The keys that are trusted before and after a change of a certificate record.</summary>
/// <param name="Rows">The signing keys of both.</param>
/// <param name="ChangesEncryption">Whether requests in the other direction are encrypted with other keys.</param>
internal sealed record KeyChange(IReadOnlyList<KeyChangeRow> Rows, bool ChangesEncryption)
{
    /// <summary>Whether any key is trusted before and not after, or the reverse.</summary>
    public bool ChangesKeys => ChangesEncryption || Rows.Any(row => row.IsTrustedNow != row.IsTrustedAfterwards);

    public static KeyChange Between(CertificateRecord now, CertificateRecord afterwards) =>
        new(
            [
                .. now.SigningKeys.Union(afterwards.Certificate.SigningKeys)
                    .Select(key => new KeyChangeRow(
                        key,
                        now.SigningKeys.Contains(key),
                        afterwards.SigningKeys.Contains(key),
                        afterwards.RemovedThumbprints.Contains(key.Thumbprint, StringComparer.Ordinal)
                    )),
            ],
            !now.EncryptionKeys.SequenceEqual(afterwards.EncryptionKeys)
        );
}

/// <summary>One signing key of a change.</summary>
/// <param name="Key">The key.</param>
/// <param name="IsTrustedNow">Whether it is trusted before the change.</param>
/// <param name="IsTrustedAfterwards">Whether it is trusted after the change.</param>
/// <param name="IsRemoved">Whether an administrator removed it, so that it stays untrusted.</param>
internal sealed record KeyChangeRow(RsaPublicKey Key, bool IsTrustedNow, bool IsTrustedAfterwards, bool IsRemoved);
