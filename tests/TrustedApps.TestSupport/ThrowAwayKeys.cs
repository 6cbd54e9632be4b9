using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using TrustedApps.Keys;

namespace TrustedApps.TestSupport;

/// <summary>
/// Fixed RSA keys, for tests that do not test how keys are made: making one takes a third of a second. They stand in
/// throw-away-keys.pem and protect nothing.
/// </summary>
internal static partial class ThrowAwayKeys
{
    private static readonly string[] _pems = Read();
    private static readonly ConcurrentDictionary<int, RSAParameters> _numbers = new();

    /// <summary>The PEM text of a key of 2,048 bits.</summary>
    /// <param name="number">0 to 47.</param>
    public static string Pem(int number) => number is >= 0 and < 48 ? _pems[number] : throw new ArgumentOutOfRangeException(nameof(number));

    /// <summary>The numbers of a key of 2,048 bits.</summary>
    /// <param name="number">0 to 47.</param>
    public static RSAParameters Get(int number) => _numbers.GetOrAdd(number, static number => Parse(Pem(number)));

    /// <summary>The numbers of a key of an unusual length: 512, 1016, 1024, 1032, 2040 or 4104 bits.</summary>
    public static RSAParameters OfBits(int bits) =>
        _pems.Skip(48).Select(Parse).Single(key => key.Modulus!.Length * 8 == bits);

    /// <summary>
    /// The keys of an application: one for the older versions, one that signs, one that decrypts. An id that version 4
    /// does not allow gets the first alone, as with <see cref="ApplicationKeys.Generate"/>.
    /// </summary>
    /// <param name="id">The id of the application.</param>
    /// <param name="set">Three of the keys: 0 to 15; 0 to 2 belong to the wiki, the blog and the tracker of <see cref="TestKeys"/>.</param>
    /// <param name="changedAt">The time at which they were made; null for yesterday.</param>
    public static ApplicationKeys Of(string id, int set, DateTimeOffset? changedAt = null)
    {
        // Keys of today would be made in the future for a clock that is behind.
        DateTimeOffset time = changedAt ?? TimeProvider.System.GetUtcNow().AddDays(-1);
        return VersionFourId().IsMatch(id)
            ? ApplicationKeys.Parse(JsonSerializer.SerializeToUtf8Bytes(new
            {
                id,
                changedAt = time.ToUnixTimeSeconds(),
                keys = new[] { Jwk(3 * set, "legacy", null), Jwk((3 * set) + 1, "sig", "PS256"), Jwk((3 * set) + 2, "enc", "RSA-OAEP-256") },
            }))
            : ApplicationKeys.Import(id, Pem(3 * set));
    }

    /// <summary>
    /// The keys with a next one of each use, as after <see cref="ApplicationKeys.PublishNext"/>.
    /// </summary>
    /// <param name="keys">Keys of version 4 without next ones.</param>
    /// <param name="now">The time.</param>
    /// <param name="set">Three of the keys, as in <see cref="Of"/>: the last two are the next ones.</param>
    public static ApplicationKeys WithNext(this ApplicationKeys keys, DateTimeOffset now, int set = 5)
    {
        var signing = new PrivateKey(KeyUse.Signature, Get((3 * set) + 1), KeyStatus.Next);
        var decrypting = new PrivateKey(KeyUse.Encryption, Get((3 * set) + 2), KeyStatus.Next);
        DateTimeOffset earliest = keys.CertificateChangedAt(now).AddSeconds(1);
        return new ApplicationKeys(keys.Id, new KeyRing([.. keys.Ring.Keys, signing, decrypting], now > earliest ? now : earliest));
    }

    [GeneratedRegex("^[A-Za-z0-9._:-]{1,128}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionFourId();

    private static Dictionary<string, string?> Jwk(int number, string use, string? algorithm)
    {
        RSAParameters key = Get(number);
        return new(StringComparer.Ordinal)
        {
            ["kty"] = "RSA",
            ["use"] = use,
            ["alg"] = algorithm,
            ["status"] = "current",
            ["n"] = Base64Url.EncodeToString(key.Modulus),
            ["e"] = Base64Url.EncodeToString(key.Exponent),
            ["d"] = Base64Url.EncodeToString(key.D),
            ["p"] = Base64Url.EncodeToString(key.P),
            ["q"] = Base64Url.EncodeToString(key.Q),
            ["dp"] = Base64Url.EncodeToString(key.DP),
            ["dq"] = Base64Url.EncodeToString(key.DQ),
            ["qi"] = Base64Url.EncodeToString(key.InverseQ),
        };
    }

    private static RSAParameters Parse(string pem)
    {
        using RSA rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        return rsa.ExportParameters(includePrivateParameters: true);
    }

    private static string[] Read()
    {
        const string End = "-----END PRIVATE KEY-----\n";
        using Stream file = typeof(ThrowAwayKeys).Assembly.GetManifestResourceStream("throw-away-keys.pem")!;
        using var reader = new StreamReader(file);
        string text = reader.ReadToEnd();
        return [.. text[text.IndexOf("-----BEGIN", StringComparison.Ordinal)..].Split(End, StringSplitOptions.RemoveEmptyEntries).Select(key => key + End)];
    }
}
