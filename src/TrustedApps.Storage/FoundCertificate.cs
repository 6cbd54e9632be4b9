using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Storage;

/// <summary>What an application serves at its base URL: a certificate of version 4, or the legacy one. Nothing of it is trusted yet.</summary>
public sealed class FoundCertificate
{
    private FoundCertificate(BaseUrl baseUrl, ApplicationCertificate? certificate, LegacyCertificate? legacy) =>
        (BaseUrl, Certificate, Legacy) = (baseUrl, certificate, legacy);

    /// <summary>Where it was found.</summary>
    public BaseUrl BaseUrl { get; }

    /// <summary>The certificate of version 4; null if there is a legacy one only.</summary>
    public ApplicationCertificate? Certificate { get; }

    /// <summary>The legacy certificate; null if there is one of version 4.</summary>
    public LegacyCertificate? Legacy { get; }

    /// <summary>The application id.</summary>
    public string Id => Certificate?.Id ?? Legacy!.Id;

    /// <summary>The name that the application gives itself; hostile text.</summary>
    public string Name => Certificate?.Name ?? Legacy!.Id;

    /// <summary>The keys whose fingerprints two administrators compare.</summary>
    public IReadOnlyList<RsaPublicKey> SigningKeys => Certificate?.SigningKeys ?? [Legacy!.PublicKey];

    /// <summary>Looks for the certificate of version 4, and where there is none for the legacy one.</summary>
    /// <param name="client">Fetches them.</param>
    /// <param name="baseUrl">The application's base URL, in whatever form; or the address of a document.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="CertificateException">There is none, or it cannot be read; the message says why.</exception>
    public static async Task<FoundCertificate> FindAsync(CertificateClient client, string baseUrl, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        BaseUrl url = Normalise(baseUrl);
        try
        {
            return new FoundCertificate(url, await client.FetchAsync(new Uri(url.Text), cancellationToken).ConfigureAwait(false), legacy: null);
        }
        catch (CertificateException none) when (none.StatusCode == 404)
        {
            return new FoundCertificate(url, certificate: null, await client.FetchLegacyAsync(new Uri(url.Text), cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>Makes a trust of it.</summary>
    /// <param name="name">The name that the administrator gives it; null for its own.</param>
    /// <param name="conditions">What it may do.</param>
    /// <param name="legacy">What an application that speaks version 4 may do under older versions; null for nothing.</param>
    /// <param name="now">The time.</param>
    /// <returns>The trust.</returns>
    /// <exception cref="ArgumentException">A condition cannot be used, or the key is too weak; the message says why.</exception>
    public TrustedApplication ToTrust(string? name, TrustConditions conditions, LegacyAccess? legacy, DateTimeOffset now) => Certificate is not null
        ? new TrustedApplication(CertificateRecord.Establish(Certificate, BaseUrl, now), conditions, legacy) { Name = name ?? Name }
        : new TrustedApplication(Id, Legacy!.PublicKey, conditions) { Name = name ?? Name };

    /// <summary>Whether all signing keys are among these fingerprints, and each of these among the keys: what a script is to compare.</summary>
    /// <param name="fingerprints">Fingerprints, plain or in groups.</param>
    /// <returns>Whether it is so.</returns>
    public bool HasExactly(IReadOnlyCollection<string> fingerprints) =>
        SigningKeys.All(key => fingerprints.Any(key.HasFingerprint)) && fingerprints.All(fingerprint => SigningKeys.Any(key => key.HasFingerprint(fingerprint)));

    // What people type: a final slash, a host in capital letters, the address of the document.
    private static BaseUrl Normalise(string text)
    {
        string url = text?.Trim() ?? "";
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.UserInfo.Length > 0) throw new CertificateException("That is no base URL of an application: say https://host, and the path below which it lives.");
        string normal = uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');
        foreach (string path in (string[])[ApplicationCertificate.Path, LegacyCertificate.Path])
        {
            if (normal.EndsWith(path, StringComparison.Ordinal)) normal = normal[..^path.Length];
        }

        return BaseUrl.TryParse(normal, out BaseUrl? baseUrl) ? baseUrl : throw new CertificateException($"{normal} is no base URL of an application.");
    }
}
