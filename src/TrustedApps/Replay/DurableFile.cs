using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace TrustedApps.Replay;

/// <summary>Changes of files that survive a loss of power once the call returns.</summary>
internal static class DurableFile
{
    /// <summary>
    /// The sharing of a file that a process holds: others may read and replace it, and <see cref="FileShare.None"/>
    /// fails.
    /// </summary>
    public const FileShare Held = FileShare.ReadWrite | FileShare.Delete;

    // Of a file system without it, such as one in the network: there each change of a folder is complete at once.
    private const int InvalidArgument = 22;
    private static readonly int _notSupported = OperatingSystem.IsMacOS() ? 45 : 95;

    /// <summary>
    /// Creates a file beside another, for its owner alone, which is meant to take its place. One that an earlier
    /// process left unfinished is replaced.
    /// </summary>
    public static FileStream CreateBeside(string path)
    {
        string beside = $"{path}.new";
        File.Delete(beside);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = Held,
            BufferSize = 65_536,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(beside, options);
    }

    /// <summary>Puts a written file in the place of another.</summary>
    public static void MoveInto(FileStream written, string path)
    {
        written.Flush(flushToDisk: true);
        File.Move(written.Name, path, overwrite: true);
        FlushFolder(path);
    }

    public static void Delete(string path)
    {
        File.Delete(path);
        FlushFolder(path);
    }

    // .NET cannot open a folder. Windows writes the change of a folder with the file.
    private static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows()) return;

        int folder = OpenFolder(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/");
        try
        {
            if (Flush(folder) == 0) return;
            int error = Marshal.GetLastPInvokeError();
            if (error != InvalidArgument && error != _notSupported) throw Failed(path);
        }
        finally
        {
            _ = Close(folder);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static int OpenFolder(string folder)
    {
        const int ReadOnly = 0;
        int opened = Open(folder, ReadOnly);
        return opened >= 0 ? opened : throw Failed(folder);
    }

    private static IOException Failed(string path) =>
        new($"The folder of {path} cannot be written to disk: {Marshal.GetLastPInvokeErrorMessage()}");

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Flush(int file);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int file);
}
