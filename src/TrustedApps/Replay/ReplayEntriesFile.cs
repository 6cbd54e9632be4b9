using System.Security.Cryptography;

namespace TrustedApps.Replay;

/// <summary>
/// The file with the entries of a replay cache: the run that they belong to, the entries, and SHA-256 of both.
/// </summary>
internal static class ReplayEntriesFile
{
    private const int ChecksumSize = SHA256.HashSizeInBytes;
    private const int BufferSize = 65_536; // bytes

    /// <summary>Writes the file. It takes the place of an earlier one when it is complete on disk.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, ReplayRun run, Action<BinaryWriter> write)
    {
        using FileStream file = DurableFile.CreateBeside(path);
        try
        {
            using SHA256 checksum = SHA256.Create();
            using (var hashing = new CryptoStream(file, checksum, CryptoStreamMode.Write, leaveOpen: true))
            using (var buffered = new BufferedStream(hashing, BufferSize))
            using (var writer = new BinaryWriter(buffered))
            {
                writer.Write(run.Encode());
                write(writer);
            }

            file.Write(checksum.Hash);
            DurableFile.MoveInto(file, path);
        }
        catch
        {
            File.Delete(file.Name); // nothing is there if it was moved
            throw;
        }
    }

    /// <summary>Reads the run that the entries belong to, if the file is complete and undamaged.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ReplayRun? FindRun(string path)
    {
        using FileStream file = Open(path);
        if (file.Length < ReplayRun.Size + ChecksumSize) return null;

        byte[] run = new byte[ReplayRun.Size];
        file.ReadExactly(run);
        file.Position = 0;
        using var checksum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[BufferSize];
        for (long left = file.Length - ChecksumSize; left > 0;)
        {
            int read = file.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0) return null;
            checksum.AppendData(buffer, 0, read);
            left -= read;
        }

        byte[] expected = new byte[ChecksumSize];
        file.ReadExactly(expected);
        return checksum.GetHashAndReset().AsSpan().SequenceEqual(expected) ? ReplayRun.Decode(run) : null;
    }

    /// <summary>Reads the entries of a file whose run was found.</summary>
    /// <returns>What the function returns; false if the entries are not as they are written.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static bool TryRead(string path, Func<BinaryReader, bool> read)
    {
        using FileStream file = Open(path);
        file.Position = ReplayRun.Size;
        using var reader = new BinaryReader(new BufferedStream(file, BufferSize));
        try
        {
            return read(reader) && reader.BaseStream.Position == file.Length - ChecksumSize;
        }
        catch (Exception problem)
            when (problem is EndOfStreamException or FormatException or ArgumentException or OverflowException)
        {
            return false;
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
}
