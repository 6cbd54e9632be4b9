using TrustedApps.Keys;
using TrustedApps.Text;

namespace TrustedApps.Certificates;

/// <summary>Makes the certificates of an application from its own keys.</summary>
public static class ApplicationKeysExtensions
{
    /// <summary>Makes the certificate of version 4 and signs it with each signing key that it lists.</summary>
    /// <param name="keys">The application's id and keys.</param>
    /// <param name="name">
    /// The name to show: 1 to 255 characters without control and bidirectional-formatting characters; null for the id.
    /// </param>
    /// <param name="time">The clock: retired signing keys leave the certificate after 7 days.</param>
    /// <param name="cancellationToken">Cancels signing.</param>
    /// <returns>The certificate. Completes synchronously unless a private key is kept elsewhere.</returns>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="InvalidOperationException">
    /// There are no keys for version 4; see <see cref="ApplicationKeys.HasVersion4Keys"/>.
    /// </exception>
    public static async ValueTask<ApplicationCertificate> ToCertificateAsync(
        this ApplicationKeys keys,
        string? name = null,
        TimeProvider? time = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(keys);
        name = DisplayName.Require(name ?? keys.Id, nameof(name));
        keys.RequireVersion4Keys();

        DateTimeOffset now = (time ?? TimeProvider.System).GetUtcNow();
        PrivateKey[] signers = keys.Ring.ListedSigningKeys(now);
        var content = new CertificateContent(
            keys.Id,
            name,
            keys.CertificateChangedAt(now).ToUnixTimeSeconds(),
            [4],
            [.. signers.Select(key => key.PublicKey)],
            [.. keys.Ring.ListedEncryptionKeys().Select(key => key.PublicKey)]);
        byte[] document = await SignedCertificate.WriteAsync(content, signers, cancellationToken).ConfigureAwait(false);
        return new ApplicationCertificate(content, document);
    }

    /// <summary>Makes the legacy certificate.</summary>
    /// <param name="keys">The application's id and keys.</param>
    /// <param name="version">1, 2 or 3; null leaves version and magic out, as version 0 did.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The version is another number.</exception>
    /// <exception cref="InvalidOperationException">
    /// There is no legacy key; see <see cref="ApplicationKeys.HasLegacyKey"/>.
    /// </exception>
    public static LegacyCertificate ToLegacyCertificate(this ApplicationKeys keys, int? version = 3)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return new LegacyCertificate(keys.Id, keys.PublicKey, version);
    }
}
