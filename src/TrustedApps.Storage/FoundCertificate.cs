using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Storage;

/// <summary>
/// The certificate that an application serves at its base URL: of version 4, or the legacy one. It is not trusted yet.
/// </summary>
public sealed class FoundCertificate
{
    private FoundCertificate(BaseUrl baseUrl, ApplicationCertificate? certificate, LegacyCertificate? legacy) =>
        (BaseUrl, Certificate, Legacy) = (baseUrl, certificate, legacy);

    /// <summary>The base URL that serves it.</summary>
    public BaseUrl BaseUrl { get; }

    /// <summary>The certificate of version 4; null if there is only a legacy one.</summary>
    public ApplicationCertificate? Certificate { get; }

    /// <summary>The legacy certificate; null if there is a certificate of version 4.</summary>
    public LegacyCertificate? Legacy { get; }

    /// <summary>The application id.</summary>
    public string Id => Certificate?.Id ?? Legacy!.Id;

    /// <summary>The name from the certificate; text of a stranger.</summary>
    public string Name => Certificate?.Name ?? Legacy!.Id;

    /// <summary>The keys whose fingerprints the administrators of both applications compare.</summary>
    public IReadOnlyList<RsaPublicKey> SigningKeys => Certificate?.SigningKeys ?? [Legacy!.PublicKey];

    /// <summary>Fetches the certificate of version 4; if there is none, the legacy one.</summary>
    /// <param name="client">The client that fetches.</param>
    /// <param name="baseUrl">The application's base URL, or the URL of one of its certificates.</param>
    /// <param name="cancellationToken">Cancels the fetch.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="CertificateException">
    /// There is no certificate, or it cannot be read; the message names the reason.
    /// </exception>
    public static async Task<FoundCertificate> FindAsync(
        CertificateClient client,
        string baseUrl,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(client);
        BaseUrl url = Normalise(baseUrl);
        try
        {
            return new FoundCertificate(
                url,
                await client.FetchAsync(new Uri(url.Text), cancellationToken).ConfigureAwait(false),
                legacy: null
            );
        }
        catch (CertificateException none) when (none.StatusCode == 404)
        {
            try
            {
                return new FoundCertificate(
                    url,
                    certificate: null,
                    await client.FetchLegacyAsync(new Uri(url.Text), cancellationToken).ConfigureAwait(false)
                );
            }
            catch (CertificateException neither)
            {
                throw new CertificateException(
                    $"There is neither a certificate of version 4 nor a legacy one. {none.Message} {neither.Message} Is this the application's base URL, and does it call MapTrustedAppCertificate()?",
                    neither
                );
            }
        }
    }

    /// <summary>Makes a trust from the certificate.</summary>
    /// <param name="name">The name that the administrator chose; null for the name from the certificate.</param>
    /// <param name="conditions">The conditions of the trust.</param>
    /// <param name="legacy">
    /// The access under older versions of an application that speaks version 4; null for none.
    /// </param>
    /// <param name="now">The time.</param>
    /// <returns>The trust.</returns>
    /// <exception cref="ArgumentException">
    /// A condition is not valid, or the key is too weak; the message names the reason.
    /// </exception>
    public TrustedApplication ToTrust(
        string? name,
        TrustConditions conditions,
        LegacyAccess? legacy,
        DateTimeOffset now
    ) =>
        Certificate is not null
            ? new TrustedApplication(CertificateRecord.Establish(Certificate, BaseUrl, now), conditions, legacy)
            {
                Name = name ?? Name,
            }
            : new TrustedApplication(Id, Legacy!.PublicKey, conditions) { Name = name ?? Name };

    /// <summary>Whether these are the fingerprints of exactly the signing keys. Scripts compare them with it.</summary>
    /// <param name="fingerprints">Fingerprints, plain or in groups.</param>
    /// <returns>Whether they match.</returns>
    public bool HasExactly(IReadOnlyCollection<string> fingerprints) =>
        SigningKeys.All(key => fingerprints.Any(key.HasFingerprint))
        && fingerprints.All(fingerprint => SigningKeys.Any(key => key.HasFingerprint(fingerprint)));

    /// <summary>
    /// Returns the keys of this certificate that an administrator removed or rejected, and that a replacement of the
    /// record by it would trust again.
    /// </summary>
    /// <param name="record">The record of the application; null for none.</param>
    /// <returns>The keys, for signing and for encryption.</returns>
    public IEnumerable<RsaPublicKey> FindReturningKeys(CertificateRecord? record) =>
        Certificate is null || record is null
            ? []
            : Certificate
                .SigningKeys.Concat(Certificate.EncryptionKeys)
                .Where(key =>
                    record.RemovedThumbprints.Contains(key.Thumbprint, StringComparer.Ordinal)
                    || record.RejectedThumbprints.Contains(key.Thumbprint, StringComparer.Ordinal)
                );

    // People type a final slash, a host in capital letters, or the URL of the certificate.
    private static BaseUrl Normalise(string text)
    {
        string url = text?.Trim() ?? "";
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.UserInfo.Length > 0)
        {
            throw new CertificateException(
                "The text is not a valid base URL of an application. Write https://host and, if there is one, the path of the application."
            );
        }

        string normal = uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
            .TrimEnd('/');
        foreach (string path in (string[])[ApplicationCertificate.Path, LegacyCertificate.Path])
        {
            if (normal.EndsWith(path, StringComparison.Ordinal)) normal = normal[..^path.Length];
        }

        return BaseUrl.TryParse(normal, out BaseUrl? baseUrl)
            ? baseUrl
            : throw new CertificateException(BaseUrl.FindProblem(normal)!);
    }
}
