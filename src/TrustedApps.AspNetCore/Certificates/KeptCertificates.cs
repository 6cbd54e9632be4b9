using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using TrustedApps.Certificates;

namespace TrustedApps.AspNetCore.Certificates;

/// <summary>
/// The last good certificates of the trusts of configuration, in files beside the key file, so that a start needs no
/// other application. Fingerprints are compared again when a file is read. Safe for concurrent use.
/// </summary>
internal sealed class KeptCertificates
{
    private const long MaxLength = 1 << 20; // bytes; a record holds several certificates of 64 KiB at most

    private readonly Lock _gate = new();
    private readonly string? _folder; // null without a key file: nothing is kept
    private readonly ILogger _logger;

    public KeptCertificates(string? keyFile, ILogger logger)
    {
        _folder = keyFile is null ? null : Path.GetFullPath(keyFile) + ".certificates";
        _logger = logger;
    }

    /// <summary>Finds the record of a base URL. The signatures of its certificate are verified again.</summary>
    public CertificateRecord? Find(BaseUrl baseUrl, DateTimeOffset now)
    {
        if (Read(baseUrl.Text) is not { } json) return null;
        try
        {
            var record = CertificateRecord.Parse(json);
            return ApplicationCertificate.TryRead(record.Certificate.ToBytes(), now, out _, out _) ? record : null;
        }
        catch (FormatException)
        {
            return null; // it is fetched instead
        }
    }

    public LegacyCertificate? FindLegacy(string url) =>
        Read(url) is { } document && LegacyCertificate.TryRead(document, out LegacyCertificate? certificate, out _)
            ? certificate
            : null;

    public void Save(CertificateRecord record)
    {
        if (record.BaseUrl is { } baseUrl) Write(baseUrl.Text, record.ToBytes());
    }

    public void Save(string url, LegacyCertificate certificate) => Write(url, certificate.ToBytes());

    private byte[]? Read(string url)
    {
        if (_folder is null) return null;
        try
        {
            var file = new FileInfo(PathOf(_folder, url));
            return file.Exists && file.Length <= MaxLength ? File.ReadAllBytes(file.FullName) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // At every moment the file is complete: the old one or the new one.
    private void Write(string url, byte[] content)
    {
        if (_folder is null) return;
        string path = PathOf(_folder, url), beside = $"{path}.new";
        lock (_gate)
        {
            try
            {
                Directory.CreateDirectory(_folder);
                using (FileStream file = File.Create(beside))
                {
                    file.Write(content);
                    file.Flush(flushToDisk: true);
                }

                File.Move(beside, path, overwrite: true);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                _logger.CertificateNotKept(url, problem.Message);
            }
        }
    }

    private static string PathOf(string folder, string url) =>
        Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url))[..16]));
}
