using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace TrustedApps.Replay;

/// <summary>Changes of files that survive a loss of power once the call returns.</summary>
internal static class DurableFile
{
    /// <summary>
    /// The sharing of a file that one process has for itself. Windows needs it to replace an open file; elsewhere a
    /// file can be replaced at any time.
    /// </summary>
    public static FileShare Exclusive => OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    /// <summary>Creates a file beside another, for its owner alone, which is meant to take its place.</summary>
    public static FileStream CreateBeside(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = Exclusive,
            BufferSize = 65_536,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream($"{path}.{Path.GetRandomFileName()}", options);
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
            if (Flush(folder) != 0) throw Failed(path);
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
