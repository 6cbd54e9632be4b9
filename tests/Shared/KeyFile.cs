namespace TrustedApps.AspNetCore.Tests;

/// <summary>A key file in a temporary directory.</summary>
internal sealed class KeyFile : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("trusted-apps-");

    public KeyFile(ApplicationKeys keys) => keys.Save(Path);

    public string Path => System.IO.Path.Combine(_directory.FullName, "keys.json");

    public void Dispose() => _directory.Delete(recursive: true);
}
