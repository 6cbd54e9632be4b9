using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>Makes the trusts of configuration. Fetches the certificate if a trust has a URL and fingerprints.</summary>
internal static class TrustConfiguration
{
    public static async Task<InMemoryTrustStore> ReadAsync(
        TrustedAppsOptions options,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var trusts = new InMemoryTrustStore();
        for (int index = 0; index < options.Applications.Count; index++)
        {
            TrustedApplication trust = await ReadAsync(
                $"Applications:{index}",
                options.Applications[index],
                options,
                time,
                cancellationToken
            );
            if (!trusts.TryAdd(trust))
            {
                throw new InvalidOperationException(
                    $"Applications:{index}: the application '{trust.Id}' is there already. Configure one trust for each application."
                );
            }
        }

        return trusts;
    }

    private static async Task<TrustedApplication> ReadAsync(
        string setting,
        TrustedApplicationOptions application,
        TrustedAppsOptions options,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        try
        {
            // The fingerprint identifies the key, so older versions do not need a protected connection.
            using var client = new CertificateClient(
                new CertificateClientOptions
                {
                    AllowHttp = options.AllowHttp || !application.IsVersion4,
                    AllowPrivateAddresses = options.AllowPrivateAddresses,
                },
                time
            );
            TrustConditions conditions = application.ToConditions();
            if (application.IsVersion4)
            {
                ApplicationCertificate certificate = application.CertificateFile is not null
                    ? ApplicationCertificate.Load(application.CertificateFile, time)
                    : await client.FetchAsync(new Uri(application.CertificateUrl!), cancellationToken);
                RequireKeys(application, certificate.Id, certificate.SigningKeys);
                CertificateRecord record = CertificateRecord.Establish(
                    certificate,
                    FindBaseUrl(application),
                    time.GetUtcNow()
                );
                return new TrustedApplication(record, conditions, application.Legacy?.ToAccess())
                {
                    Name = application.Name ?? certificate.Id,
                };
            }

            (string id, RsaPublicKey key) = application.PublicKey is not null
                ? (application.Id!, RsaPublicKey.Parse(application.PublicKey))
                : await FetchLegacyAsync(client, application, cancellationToken);
            return new TrustedApplication(id, key, conditions) { Name = application.Name ?? id };
        }
        catch (CertificateException cause)
        {
            string source = application.CertificateFile is null
                ? nameof(application.CertificateUrl)
                : nameof(application.CertificateFile);
            throw new InvalidOperationException($"{setting}: {source}: {cause.Message}", cause);
        }
        catch (ArgumentException bad) // a fetched key that is too weak: everything else was validated before
        {
            throw new InvalidOperationException($"{setting}: {bad.Message}", bad);
        }
    }

    private static async Task<(string Id, RsaPublicKey Key)> FetchLegacyAsync(
        CertificateClient client,
        TrustedApplicationOptions application,
        CancellationToken cancellationToken
    )
    {
        LegacyCertificate certificate = await client.FetchLegacyAsync(
            new Uri(application.CertificateUrl!),
            cancellationToken
        );
        RequireKeys(application, certificate.Id, [certificate.PublicKey]);
        return (certificate.Id, certificate.PublicKey);
    }

    // All compared keys must be there. Under version 4 each listed key has signed the certificate, so they vouch for a
    // key that was added later. A missing key may have been stolen.
    private static void RequireKeys(TrustedApplicationOptions application, string id, IReadOnlyList<RsaPublicKey> keys)
    {
        string source = application.CertificateUrl ?? application.CertificateFile!;
        IReadOnlyList<string> expected = application.AllFingerprints;
        if (expected.Count > 0 && !expected.All(fingerprint => keys.Any(key => key.HasFingerprint(fingerprint))))
        {
            throw new ArgumentException(
                $"the certificate at {source} has the fingerprint {string.Join(", and ", keys.Select(key => key.Fingerprint))}, not the one in Fingerprint. Ask the other administrator which is right before changing it."
            );
        }

        if (application.Id is not null && application.Id != id)
        {
            throw new ArgumentException(
                $"the certificate at {source} is for another application than '{application.Id}'."
            );
        }
    }

    private static BaseUrl? FindBaseUrl(TrustedApplicationOptions application)
    {
        if (application.CertificateUrl is not { } url) return null;
        string text = new Uri(url).GetLeftPart(UriPartial.Path).TrimEnd('/');
        return BaseUrl.Parse(
            text.EndsWith(ApplicationCertificate.Path, StringComparison.Ordinal)
                ? text[..^ApplicationCertificate.Path.Length]
                : text
        );
    }
}
