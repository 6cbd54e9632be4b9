using TrustedApps.AspNetCore.Reload;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Certificates;

/// <summary>One trust of configuration, and where its certificate comes from.</summary>
internal sealed class ConfiguredTrust(
    string setting, TrustedApplicationOptions application, TrustedAppsOptions scheme, TimeProvider time)
{
    private readonly TrustConditions _conditions = application.ToConditions();
    private TaskCompletionSource? _request;

    /// <summary>The path of the setting, such as <c>Applications:0</c>. Changes when others before it do.</summary>
    public string Setting { get; set; } = setting;

    /// <summary>The path of the section of the scheme; null if its options are set in code alone.</summary>
    public string? Section => scheme.SectionPath;

    /// <summary>
    /// The application whose trust it is; null while its certificate is awaited. Changed with the trusts of its scheme.
    /// </summary>
    public string? ApplicationId { get; set; }

    /// <summary>All that the configuration states, and the content of the certificate file.</summary>
    public string Settings { get; } = TrustSettings.TextOf(application);

    /// <summary>The application id; null if only its certificate names it.</summary>
    public string? Id => application.Id;

    /// <summary>The URL of the certificate; null if it needs no fetch.</summary>
    public string? Url => application.CertificateUrl;

    /// <summary>The rules for fetching the certificate.</summary>
    public CertificateClientOptions ClientOptions => new()
    {
        // The fingerprint identifies the key, so older versions do not need a protected connection.
        AllowHttp = scheme.AllowHttp || !application.IsVersion4,
        AllowPrivateAddresses = scheme.AllowPrivateAddresses,
    };

    /// <summary>Completes at the next request that may be one of the application.</summary>
    public Task ExpectRequest()
    {
        var request = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _request, request);
        return request.Task;
    }

    /// <summary>Reports a request that may be one of the application.</summary>
    public void ReportRequest() => Volatile.Read(ref _request)?.TrySetResult();

    /// <summary>
    /// Makes the trust from the configuration alone; null if it names the certificate by a URL.
    /// </summary>
    /// <exception cref="InvalidOperationException">The certificate file or the key cannot be used.</exception>
    public TrustedApplication? FindStated()
    {
        try
        {
            if (application.PublicKey is { } key)
            {
                return Of(application.Id!, RsaPublicKey.Parse(key));
            }

            return application.CertificateFile is { } file ? Of(ApplicationCertificate.Load(file, time)) : null;
        }
        catch (CertificateException cause)
        {
            throw new InvalidOperationException($"{Setting}: CertificateFile: {cause.Message}", cause);
        }
        catch (ArgumentException bad) // a key that is too weak: everything else was validated before
        {
            throw new InvalidOperationException($"{Setting}: {bad.Message}", bad);
        }
    }

    /// <summary>
    /// Makes the trust from the certificate that was kept when it was last fetched; null if there is none that is good.
    /// </summary>
    public TrustedApplication? FindKept(KeptCertificates kept) =>
        application.IsVersion4 ? FindKeptRecord(kept) : FindKeptLegacy(kept);

    /// <summary>
    /// Makes the trust from the certificate of an earlier one: if nothing about the certificate has changed in the
    /// configuration, or if the certificate is what the configuration states now. Null if it has to be fetched.
    /// </summary>
    /// <param name="earlier">The earlier trust of the configuration.</param>
    /// <param name="present">What is on record for it.</param>
    public TrustedApplication? FindCarried(ConfiguredTrust earlier, TrustedApplication present)
    {
        if (Url is null || earlier.Url != Url || earlier.IsVersion4 != IsVersion4) return null;
        bool isPinned = earlier.Pins == Pins;
        try
        {
            if (present.Record is { } record)
            {
                return isPinned || IsStated(record) ? Of(record) : null;
            }

            RsaPublicKey key = present.Legacy!.PublicKey;
            return isPinned || FindProblem(present.Id, [key], []) is null ? Of(present.Id, key) : null;
        }
        catch (ArgumentException)
        {
            return null; // its legacy key is one of the certificate: the fetch says so
        }
    }

    /// <summary>
    /// Fetches the certificate, makes the trust and adds it. Only what could be added is kept for the next start.
    /// </summary>
    /// <exception cref="CertificateException">
    /// The certificate cannot be fetched or used, or it is not the one whose fingerprint was compared.
    /// </exception>
    public async Task<TrustedApplication> FetchAsync(
        CertificateClient client,
        Action<TrustedApplication> add,
        KeptCertificates kept,
        CancellationToken cancellationToken
    )
    {
        var url = new Uri(application.CertificateUrl!);
        try
        {
            if (application.IsVersion4)
            {
                TrustedApplication trust = Of(await client.FetchAsync(url, cancellationToken));
                add(trust);
                kept.Save(trust.Record!);
                return trust;
            }

            LegacyCertificate certificate = await client.FetchLegacyAsync(url, cancellationToken);
            TrustedApplication legacy = Of(certificate);
            add(legacy);
            kept.Save(application.CertificateUrl!, certificate);
            return legacy;
        }
        catch (ArgumentException bad)
        {
            throw new CertificateException(bad.Message, bad);
        }
    }

    private bool IsVersion4 => application.IsVersion4;

    private string Pins => SettingText.Of((string[])[application.Id ?? "", .. application.AllFingerprints]);

    private TrustedApplication? FindKeptRecord(KeptCertificates kept)
    {
        CertificateRecord? record = kept.Find(FindBaseUrl()!, time.GetUtcNow());
        return record is not null && IsStated(record) ? Of(record) : null;
    }

    // Whether the configuration states this base URL and these keys.
    private bool IsStated(CertificateRecord record) => record.BaseUrl?.Text == FindBaseUrl()!.Text
        && FindProblem(record.Id, record.Certificate.SigningKeys, record.Certificate.EncryptionKeys) is null;

    private TrustedApplication? FindKeptLegacy(KeptCertificates kept)
    {
        LegacyCertificate? certificate = kept.FindLegacy(application.CertificateUrl!);
        return certificate is not null && FindProblem(certificate.Id, [certificate.PublicKey], []) is null
            ? Of(certificate)
            : null;
    }

    private TrustedApplication Of(ApplicationCertificate certificate)
    {
        Require(certificate.Id, certificate.SigningKeys, certificate.EncryptionKeys);
        return Of(CertificateRecord.Establish(certificate, FindBaseUrl(), time.GetUtcNow()));
    }

    private TrustedApplication Of(CertificateRecord record) =>
        new(record, _conditions, application.Legacy?.ToAccess()) { Name = application.Name ?? record.Id };

    private TrustedApplication Of(LegacyCertificate certificate)
    {
        Require(certificate.Id, [certificate.PublicKey], []);
        return Of(certificate.Id, certificate.PublicKey);
    }

    private TrustedApplication Of(string id, RsaPublicKey key) =>
        new(id, key, _conditions) { Name = application.Name ?? id };

    private void Require(
        string id, IReadOnlyList<RsaPublicKey> signingKeys, IReadOnlyList<RsaPublicKey> encryptionKeys)
    {
        if (FindProblem(id, signingKeys, encryptionKeys) is { } problem) throw new CertificateException(problem);
    }

    private string? FindProblem(
        string id, IReadOnlyList<RsaPublicKey> signingKeys, IReadOnlyList<RsaPublicKey> encryptionKeys)
    {
        string source = application.CertificateUrl ?? application.CertificateFile!;
        string name = application.Fingerprint is null ? "Fingerprints" : "Fingerprint";
        IReadOnlyList<string> expected = application.AllFingerprints;
        if (
            ComparedFingerprints.FindProblem(expected, signingKeys, encryptionKeys, source, name) is { } problem
        )
        {
            return problem;
        }

        return application.Id is null || application.Id == id
            ? null
            : $"The certificate at {source} is for another application than '{application.Id}'.";
    }

    private BaseUrl? FindBaseUrl()
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
