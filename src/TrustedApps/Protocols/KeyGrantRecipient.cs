using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Protocols;

/// <summary>The provider that session keys are wrapped for, and its encryption keys. Immutable.</summary>
/// <param name="id">The provider's application id.</param>
/// <param name="encryptionKeys">The encryption keys that are listed and not removed on record: at least one.</param>
internal sealed class KeyGrantRecipient(string id, IReadOnlyList<RsaPublicKey> encryptionKeys)
{
    public string Id => id;

    public IReadOnlyList<RsaPublicKey> EncryptionKeys => encryptionKeys;

    /// <summary>The key that session keys are wrapped to: the first.</summary>
    public RsaPublicKey EncryptionKey => encryptionKeys[0];

    public static KeyGrantRecipient Of(ApplicationCertificate certificate) =>
        new(certificate.Id, certificate.EncryptionKeys);

    /// <exception cref="CertificateException">Every encryption key has been removed.</exception>
    public static KeyGrantRecipient Of(CertificateRecord record) =>
        Find(record)
        ?? throw new CertificateException(
            $"Every encryption key of the provider '{record.Id}' has been removed on record, so nothing can be sent to it. Remove the provider and add it again with its new certificate."
        );

    public static KeyGrantRecipient? Find(CertificateRecord record) =>
        record.EncryptionKeys.Count == 0 ? null : new(record.Id, record.EncryptionKeys);
}
