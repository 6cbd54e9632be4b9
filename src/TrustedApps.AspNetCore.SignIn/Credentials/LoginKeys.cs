using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using TrustedApps.Conditions;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>A counter's name: 128 bits of a keyed hash.</summary>
/// <param name="Hash">What was hashed cannot be chosen to collide with another, or to fall into one place of the table.</param>
/// <param name="MaxFailures">How many failures lock it.</param>
/// <param name="EndsWithSuccess">Whether a success clears it.</param>
internal readonly record struct LoginKey(UInt128 Hash, int MaxFailures, bool EndsWithSuccess = false);

/// <summary>Which counters an attempt belongs to.</summary>
internal sealed class LoginKeys(LoginGuardOptions options)
{
    private const int HeadSize = 1 + AddressSize; // bytes: what is counted, then where from
    private const int AddressSize = 17; // bytes: the family, then the number

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32); // of this process

    public LoginKey[] Of(in LoginAttempt attempt)
    {
        byte[] account = Encoding.UTF8.GetBytes(Fold(attempt.UserName));
        Span<byte> network = stackalloc byte[AddressSize];
        var ofAccountThere = new LoginKey(default, options.MaxFailures, EndsWithSuccess: true);
        var ofAccount = new LoginKey(default, options.MaxFailuresOfAccount);
        if (attempt.Address is not { } address) return // no address says nothing: those without one are not all the same
        [
            ofAccountThere with { Hash = Hash((byte)'B', network, account) },
            ofAccount with { Hash = Hash((byte)'N', network, account) },
        ];

        WriteNetwork(address, network);
        return
        [
            ofAccountThere with { Hash = Hash((byte)'B', network, account) },
            ofAccount with { Hash = Hash((byte)'N', new byte[AddressSize], account) },
            new LoginKey(Hash((byte)'A', network, []), options.MaxFailuresOfAddress),
        ];
    }

    // Stores of accounts find one by many names: of other case, width, accents, or with characters that nobody sees.
    // Two accounts that share a counter are a smaller harm than one account with many.
    private static string Fold(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (Rune rune in name.EnumerateRunes())
        {
            if (IsSeen(rune)) text.Append(rune); // no surrogates and no U+FFFE from here on, which Normalize would throw at
        }

        string apart = text.ToString().Normalize(NormalizationForm.FormKD);
        text.Clear();
        foreach (Rune rune in apart.EnumerateRunes())
        {
            if (IsSeen(rune)) text.Append(rune);
        }

        return text.ToString().Trim().ToUpperInvariant();
    }

    private static bool IsSeen(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or UnicodeCategory.Control or UnicodeCategory.OtherNotAssigned);

    // Whoever has an IPv6 address has the 64 bits below its network too.
    private static void WriteNetwork(IPAddress address, Span<byte> destination)
    {
        (UInt128 value, bool isIPv4) = Address.Unwrap(address);
        destination[0] = isIPv4 ? (byte)4 : (byte)6;
        BinaryPrimitives.WriteUInt128BigEndian(destination[1..], isIPv4 ? value : value >> 64 << 64);
    }

    private UInt128 Hash(byte kind, ReadOnlySpan<byte> network, ReadOnlySpan<byte> account)
    {
        byte[] input = new byte[HeadSize + account.Length];
        input[0] = kind;
        network.CopyTo(input.AsSpan(1));
        account.CopyTo(input.AsSpan(HeadSize));
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_secret, input, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
