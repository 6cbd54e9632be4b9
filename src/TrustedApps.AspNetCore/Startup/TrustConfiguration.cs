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

            var trust = new TrustedApplication(id, key, application.ToConditions()) { Name = application.Name ?? id };
            if (!trusts.TryAdd(trust)) throw new InvalidOperationException($"Applications:{index}: the application '{id}' is there already; one trust an application.");
        }

        return trusts;
    }

    private static async Task<(string Id, RsaPublicKey Key)> FetchAsync(
        CertificateClient client, string setting, TrustedApplicationOptions application, CancellationToken cancellationToken)
    {
        ApplicationCertificate certificate = await client.FetchAsync(new Uri(application.CertificateUrl!), cancellationToken);
        if (!certificate.PublicKey.HasFingerprint(application.Fingerprint))
        {
            throw new InvalidOperationException(
                $"{setting}: the certificate at {application.CertificateUrl} has the fingerprint {certificate.PublicKey.Fingerprint}, not the one in Fingerprint. Ask the other administrator which is right before changing it.");
        }

        if (application.Id is not null && application.Id != certificate.Id) throw new InvalidOperationException($"{setting}: the certificate at {application.CertificateUrl} is for another application than '{application.Id}'.");
        return (certificate.Id, certificate.PublicKey);
    }
}
