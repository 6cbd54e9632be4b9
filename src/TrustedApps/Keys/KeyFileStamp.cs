namespace TrustedApps.Keys;

/// <summary>The properties of a key file that change when it is replaced.</summary>
internal readonly record struct KeyFileStamp(string Target, DateTime WrittenAt, long Length)
{
    /// <exception cref="IOException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">Its folder may not be read.</exception>
    public static KeyFileStamp Of(string path)
    {
        var file = new FileInfo(TargetOf(path));
        return new(file.FullName, file.LastWriteTimeUtc, file.Length);
    }

    /// <summary>The path of the file itself, even if the path given is a link to it.</summary>
    public static string TargetOf(string path) =>
        new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
}
