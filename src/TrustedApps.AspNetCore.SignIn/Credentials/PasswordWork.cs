using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// Makes each verification of a password cost as much as that of the costliest hash seen in this process: hashes of
/// other formats or with other iterations would tell by their time which accounts exist.
/// </summary>
/// <remarks>
/// It reads the formats of ASP.NET Core Identity's <c>PasswordHasher</c>: version 2 (1,000 iterations) and version 3,
/// whose hashes state algorithm and iterations. The remainder is spent in the algorithm of the costliest hash. What a
/// round of SHA-256 costs beside one of SHA-512 is measured once, because processors differ; one of SHA-1 counts as the
/// former. Safe for concurrent use.
/// </remarks>
internal sealed class PasswordWork
{
    private const int MinSalt = 16, MinResult = 16; // bytes; Identity refuses shorter ones without any work
    private const int Version2Length = 1 + 16 + 32; // bytes
    private const int Version3Head = 13; // bytes: the version, algorithm, iterations, and the length of the salt
    private const uint Sha512 = 2;
    private const int MeasuredRounds = 5_000;

    private readonly Lock _gate = new();
    private Work _most;

    /// <summary>The cost of all remainders, in rounds of SHA-512.</summary>
    public double Spent { get; private set; }

    private static double CostOfSha256 { get; } = Measure(HashAlgorithmName.SHA256) / Measure(HashAlgorithmName.SHA512);

    /// <summary>Spends what the verification of a hash has cost less than that of the costliest one.</summary>
    /// <param name="hash">The hash that was verified.</param>
    /// <param name="dummy">A hash that the hasher made: another format than Identity's is left alone.</param>
    /// <param name="password">The password that was verified.</param>
    public void Complete(string hash, string dummy, string password)
    {
        if (Work.Read(dummy) is not { } made) return;

        Work done = Work.Read(hash) ?? default; // Identity refuses it without any work
        Work most;
        lock (_gate)
        {
            foreach (Work seen in (Work[])[made, done])
            {
                if (seen.Cost > _most.Cost) _most = seen;
            }

            most = _most;
            Spent += most.Cost - done.Cost;
        }

        int rounds = (int)Math.Min((most.Cost - done.Cost) / most.CostOfRound, int.MaxValue);
        if (rounds <= 0) return;

        byte[] secret = Encoding.UTF8.GetBytes(password);
        Rfc2898DeriveBytes.Pbkdf2(secret, new byte[MinSalt], rounds, most.Algorithm, outputLength: 16);
        CryptographicOperations.ZeroMemory(secret);
    }

    private static double Measure(HashAlgorithmName algorithm)
    {
        double shortest = double.MaxValue;
        for (int count = 0; count < 3; count++)
        {
            long started = Stopwatch.GetTimestamp();
            Rfc2898DeriveBytes.Pbkdf2("password"u8, new byte[MinSalt], MeasuredRounds, algorithm, outputLength: 16);
            shortest = Math.Min(shortest, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return shortest;
    }

    /// <summary>The work of PBKDF2 (RFC 8018, section 5.2): so many rounds for each block of the result.</summary>
    private readonly record struct Work(long Rounds, bool IsSha512)
    {
        public HashAlgorithmName Algorithm => IsSha512 ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256;

        public double Cost => Rounds * CostOfRound;

        public double CostOfRound => IsSha512 ? 1 : CostOfSha256;

        public static Work? Read(string hash)
        {
            Span<byte> bytes = hash.Length <= 1024 ? stackalloc byte[768] : new byte[hash.Length];
            if (!Convert.TryFromBase64String(hash, bytes, out int length)) return null;

            bytes = bytes[..length];
            if (length == Version2Length && bytes[0] == 0) return new Work(1000 * BlocksOf(32, algorithm: 0), false);
            if (length < Version3Head || bytes[0] != 1) return null;

            uint algorithm = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]); // KeyDerivationPrf of ASP.NET Core
            uint iterations = BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]);
            uint salt = BinaryPrimitives.ReadUInt32BigEndian(bytes[9..]);
            long result = length - Version3Head - (long)salt;
            bool isValid = algorithm <= Sha512 && iterations <= int.MaxValue && salt >= MinSalt && result >= MinResult;
            return isValid ? new Work(iterations * BlocksOf(result, algorithm), algorithm == Sha512) : null;
        }

        private static long BlocksOf(long length, uint algorithm)
        {
            long size = algorithm switch { 0 => 20, 1 => 32, _ => 64 }; // bytes
            return (length + size - 1) / size;
        }
    }
}
