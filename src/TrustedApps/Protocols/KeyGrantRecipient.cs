using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Protocols;

/// <summary>The provider and the one of its keys that session keys are wrapped to. Immutable.</summary>
/// <param name="Id">The provider's application id.</param>
/// <param name="EncryptionKey">The first encryption key that is listed and not removed on record.</param>
internal sealed record KeyGrantRecipient(string Id, RsaPublicKey EncryptionKey)
{
    public static KeyGrantRecipient Of(ApplicationCertificate certificate) =>
        new(certificate.Id, certificate.EncryptionKeys[0]);

    /// <exception cref="CertificateException">Every encryption key has been removed.</exception>
    public static KeyGrantRecipient Of(CertificateRecord record) =>
        Find(record)
        ?? throw new CertificateException(
            $"Every encryption key of the provider '{record.Id}' has been removed on record, so nothing can be sent to it. Remove the provider and add it again with its new certificate."
        );

    public static KeyGrantRecipient? Find(CertificateRecord record) =>
        record.EncryptionKeys is [{ } key, ..] ? new(record.Id, key) : null;
}
