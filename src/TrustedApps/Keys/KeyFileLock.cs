namespace TrustedApps.Keys;

/// <summary>
/// Keeps two processes of one machine from changing a key file at once: an empty file beside it, opened exclusively.
/// The system releases it when the process ends. The file is never deleted: otherwise two processes could hold two
/// files of the same name.
/// </summary>
internal static class KeyFileLock
{
    private const int SharingViolation = unchecked((int)0x80070020); // Windows
    private const int WouldBlockOnLinux = 11; // EAGAIN of flock(2)
    private const int WouldBlockOnMac = 35;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30); // a change makes keys, which takes seconds
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits for the lock. Dispose of the result to release it.</summary>
    /// <exception cref="IOException">Another process has held it for half a minute, or it cannot be opened.</exception>
    public static async Task<FileStream> TakeAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        string beside = KeyFileStamp.TargetOf(path) + ".lock";
        long started = time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryOpen(beside) is { } held) return held;
            if (time.GetElapsedTime(started) >= _patience)
            {
                throw new IOException(
                    $"Another process has been changing the key file {path} for {_patience.TotalSeconds} seconds. Try again when that process has ended."
                );
            }

            await Task.Delay(_pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static FileStream? TryOpen(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new FileStream(path, options);
        }
        catch (IOException held) when (held.HResult is SharingViolation or WouldBlockOnLinux or WouldBlockOnMac)
        {
            return null;
        }
    }
}
