namespace TrustedApps.AspNetCore.Startup;

/// <summary>Makes trusts out of configuration, fetching certificates where it names a URL and a fingerprint.</summary>
internal static class TrustConfiguration
{
    public static async Task<InMemoryTrustStore> ReadAsync(TrustedAppsOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        // The fingerprint decides, so the way there need not be protected.
        using var client = new CertificateClient(new CertificateClientOptions { AllowHttp = true }, time);
        var trusts = new InMemoryTrustStore();
        for (int index = 0; index < options.Applications.Count; index++)
        {
            TrustedApplicationOptions application = options.Applications[index];
            (string id, RsaPublicKey key) = application.PublicKey is not null
                ? (application.Id!, RsaPublicKey.Parse(application.PublicKey))
                : await FetchAsync(client, $"Applications:{index}", application, cancellationToken);

            TrustedApplication trust = Trust($"Applications:{index}", application, id, key);
            if (!trusts.TryAdd(trust)) throw new InvalidOperationException($"Applications:{index}: the application '{id}' is there already; one trust an application.");
        }

        return trusts;
    }

    private static TrustedApplication Trust(string setting, TrustedApplicationOptions application, string id, RsaPublicKey key)
    {
        try
        {
            return new TrustedApplication(id, key, application.ToConditions()) { Name = application.Name ?? id };
        }
        catch (ArgumentException bad) // a fetched key that is too weak: nothing else is left of what was validated
        {
            throw new InvalidOperationException($"{setting}: {bad.Message}", bad);
        }
    }

    private static async Task<(string Id, RsaPublicKey Key)> FetchAsync(
        CertificateClient client, string setting, TrustedApplicationOptions application, CancellationToken cancellationToken)
    {
        LegacyCertificate certificate;
        try
        {
            certificate = await client.FetchLegacyAsync(new Uri(application.CertificateUrl!), cancellationToken);
        }
        catch (CertificateException cause)
        {
            throw new InvalidOperationException($"{setting}: CertificateUrl: {cause.Message}", cause);
        }

        if (!certificate.PublicKey.HasFingerprint(application.Fingerprint))
        {
            throw new InvalidOperationException(
                $"{setting}: the certificate at {application.CertificateUrl} has the fingerprint {certificate.PublicKey.Fingerprint}, not the one in Fingerprint. Ask the other administrator which is right before changing it.");
        }

        if (application.Id is not null && application.Id != certificate.Id) throw new InvalidOperationException($"{setting}: the certificate at {application.CertificateUrl} is for another application than '{application.Id}'.");
        return (certificate.Id, certificate.PublicKey);
    }
}
