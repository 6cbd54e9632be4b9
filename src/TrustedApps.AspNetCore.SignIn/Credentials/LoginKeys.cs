using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>The key of a counter: 128 bits of a keyed hash.</summary>
/// <param name="Hash">
/// The hash. No input can be chosen so that it collides with another, or falls into a certain place of the table.
/// </param>
/// <param name="MaxFailures">The number of failures that locks the counter.</param>
/// <param name="EndsWithSuccess">Whether a success clears the counter: that of an account from a network.</param>
/// <param name="HasException">
/// Whether accounts that have logged in from the network may go on when it is locked.
/// </param>
internal readonly record struct LoginKey(
    UInt128 Hash,
    int MaxFailures,
    bool EndsWithSuccess = false,
    bool HasException = false
);

/// <summary>Finds the counters of an attempt.</summary>
internal sealed class LoginKeys(LoginGuardOptions options)
{
    private const int HeadSize = 1 + AddressSize; // bytes: the kind of the counter, then the network
    private const int ManyTimes = 10; // the limit of a network, for accounts that have logged in from there as well
    private const int AddressSize = 17; // bytes: the family, then the address

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32); // of this process

    public LoginKey[] Of(in LoginAttempt attempt)
    {
        byte[] account = Encoding.UTF8.GetBytes(Fold(attempt.UserName));
        Span<byte> network = stackalloc byte[AddressSize];
        var ofAccountThere = new LoginKey(default, options.MaxFailures, EndsWithSuccess: true);
        var ofAccount = new LoginKey(default, options.MaxFailuresOfAccount);
        if (attempt.Address is not { } address)
        {
            return // without an address there is no network to count
            [
                ofAccountThere with { Hash = Hash((byte)'B', network, account) },
                ofAccount with { Hash = Hash((byte)'N', network, account) },
            ];
        }

        WriteNetwork(address, network);
        return
        [
            ofAccountThere with { Hash = Hash((byte)'B', network, account) },
            ofAccount with { Hash = Hash((byte)'N', new byte[AddressSize], account) },
            new LoginKey(Hash((byte)'A', network, []), options.MaxFailuresOfAddress, HasException: true),
            new LoginKey(Hash((byte)'X', network, []), ManyTimes * options.MaxFailuresOfAddress),
        ];
    }

    /// <summary>
    /// Returns the key of the account from the network, as it was typed: a login to one spelling makes no other known.
    /// </summary>
    public LoginKey Exact(in LoginAttempt attempt)
    {
        Span<byte> network = stackalloc byte[AddressSize];
        if (attempt.Address is { } address) WriteNetwork(address, network);
        return new LoginKey(Hash((byte)'K', network, Encoding.UTF8.GetBytes(attempt.UserName)), options.MaxFailures);
    }

    // Stores may find an account by other case, width or accents, or with invisible characters. Two accounts that share
    // a counter do less harm than one account with many counters.
    private static string Fold(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (Rune rune in CaseFolding.Fold(name).EnumerateRunes())
        {
            if (IsVisible(rune)) text.Append(rune);
        }

        return text.ToString().Trim();
    }

    private static bool IsVisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is not (
                UnicodeCategory.NonSpacingMark
                or UnicodeCategory.EnclosingMark
                or UnicodeCategory.Format
                or UnicodeCategory.Control
                or UnicodeCategory.OtherNotAssigned
            );

    // The owner of an IPv6 address usually has the whole /64.
    private static void WriteNetwork(IPAddress address, Span<byte> destination)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        bool isIPv4 = address.AddressFamily == AddressFamily.InterNetwork;
        destination[0] = isIPv4 ? (byte)4 : (byte)6;
        address.TryWriteBytes(destination[1..], out _);
        if (!isIPv4) destination[9..].Clear(); // the host part
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
