using TrustedApps.Keys;

namespace TrustedApps.TestSupport;

/// <summary>A key file in a temporary directory, with the certificate of these keys beside it where they have one.</summary>
internal sealed class TestKeyFile : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("trusted-apps-");

    public TestKeyFile(ApplicationKeys keys)
    {
        keys.Save(Path);
        if (keys.HasVersion4Keys) File.WriteAllBytes(CertificatePath, keys.ToCertificate().ToBytes());
    }

    public string Path => System.IO.Path.Combine(_directory.FullName, "keys.json");

    public string CertificatePath => System.IO.Path.Combine(_directory.FullName, "certificate.json");

    public void Dispose() => _directory.Delete(recursive: true);
}
