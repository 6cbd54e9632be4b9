namespace TrustedApps.Keys;

/// <summary>By what a key file that was replaced is told from the one before.</summary>
internal readonly record struct KeyFileStamp(string Target, DateTime WrittenAt, long Length)
{
    /// <exception cref="IOException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">Its folder may not be read.</exception>
    public static KeyFileStamp Of(string path)
    {
        var file = new FileInfo(TargetOf(path));
        return new(file.FullName, file.LastWriteTimeUtc, file.Length);
    }

    /// <summary>The file itself, where the path is a link to it.</summary>
    public static string TargetOf(string path) => new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
}
