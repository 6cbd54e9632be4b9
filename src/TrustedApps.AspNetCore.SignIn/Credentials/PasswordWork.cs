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
/// It reads the formats of ASP.NET Core Identity's <c>PasswordHasher</c>: version 2 (1,000 iterations of SHA-1) and
/// version 3, whose hashes state algorithm and iterations. The remainder is spent in the algorithm of the costliest
/// hash; the algorithms are compared by a measurement at the first use. Safe for concurrent use.
/// </remarks>
internal sealed class PasswordWork
{
    private const int MinSalt = 16; // bytes; Identity refuses shorter ones unverified
    private const int Version2Length = 1 + MinSalt + 32; // bytes

    private readonly Lock _gate = new();
    private Work _most;

    /// <summary>The cost of all remainders, in iterations of the dearest algorithm; for tests.</summary>
    public double Spent { get; private set; }

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

        int rounds = (int)((most.Cost - done.Cost) / most.CostOfRound);
        if (rounds <= 0) return;

        byte[] secret = Encoding.UTF8.GetBytes(password);
        Rfc2898DeriveBytes.Pbkdf2(secret, new byte[MinSalt], rounds, most.Algorithm, most.Length);
        CryptographicOperations.ZeroMemory(secret);
    }

    /// <summary>The work of PBKDF2 (RFC 8018, section 5.2): so many rounds for each block of the result.</summary>
    private readonly record struct Work(HashAlgorithmName Algorithm, int Iterations, int Length)
    {
        public double CostOfRound => Costs.Of(Algorithm) * Math.Ceiling((double)Length / SizeOf(Algorithm));

        public double Cost => Iterations == 0 ? 0 : Iterations * CostOfRound;

        public static Work? Read(string hash)
        {
            Span<byte> bytes = hash.Length <= 1024 ? stackalloc byte[768] : new byte[hash.Length];
            if (!Convert.TryFromBase64String(hash, bytes, out int length)) return null;

            bytes = bytes[..length];
            if (length == Version2Length && bytes[0] == 0) return new Work(HashAlgorithmName.SHA1, 1000, 32);
            if (length < 13 || bytes[0] != 1) return null;

            uint algorithm = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
            uint iterations = BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]);
            uint salt = BinaryPrimitives.ReadUInt32BigEndian(bytes[9..]);
            long result = length - 13 - (long)salt;
            bool isValid = algorithm <= 2 && iterations is > 0 and <= int.MaxValue && salt >= MinSalt && result >= 16;
            return isValid ? new Work(NameOf(algorithm), (int)iterations, (int)result) : null;
        }

        // KeyDerivationPrf of ASP.NET Core
        private static HashAlgorithmName NameOf(uint algorithm) => algorithm switch
        {
            0 => HashAlgorithmName.SHA1,
            1 => HashAlgorithmName.SHA256,
            _ => HashAlgorithmName.SHA512,
        };

        private static int SizeOf(HashAlgorithmName algorithm) => algorithm == HashAlgorithmName.SHA512 ? 64
            : algorithm == HashAlgorithmName.SHA256 ? 32
            : 20;
    }

    /// <summary>What a round of an algorithm costs on this machine, measured once: processors differ by a factor.</summary>
    private static class Costs
    {
        private const int Rounds = 5_000;
        private const int Measurements = 3; // of which the shortest counts

        private static readonly double _sha512 = Measure(HashAlgorithmName.SHA512);
        private static readonly double _sha256 = Measure(HashAlgorithmName.SHA256) / _sha512;
        private static readonly double _sha1 = Measure(HashAlgorithmName.SHA1) / _sha512;

        public static double Of(HashAlgorithmName algorithm) => algorithm == HashAlgorithmName.SHA512 ? 1
            : algorithm == HashAlgorithmName.SHA256 ? _sha256
            : _sha1;

        private static double Measure(HashAlgorithmName algorithm)
        {
            double shortest = double.MaxValue;
            for (int count = 0; count < Measurements; count++)
            {
                long started = Stopwatch.GetTimestamp();
                Rfc2898DeriveBytes.Pbkdf2("password"u8, new byte[MinSalt], Rounds, algorithm, outputLength: 16);
                shortest = Math.Min(shortest, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            return shortest;
        }
    }
}
