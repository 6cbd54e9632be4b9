namespace TrustedApps.TestSupport;

/// <summary>A folder of a test's own, gone after it.</summary>
public sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("trusted-apps-");

    public string Path => _folder.FullName;

    public string PathOf(string file) => System.IO.Path.Combine(_folder.FullName, file);

    public string Write(string file, string text)
    {
        File.WriteAllText(PathOf(file), text);
        return PathOf(file);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
