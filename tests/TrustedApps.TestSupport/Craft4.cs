using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using TrustedApps.Keys;
using TrustedApps.Protocols.Version4;

namespace TrustedApps.TestSupport;

/// <summary>
/// Headers of version 4 made by hand from RFC 7515 and 7516, not with the code under test: what a careless or hostile
/// consumer could send. The default of each part is a good one.
/// </summary>
internal static class Craft4
{
    public const string GrantId = "AAECAwQFBgcICQoLDA0ODw"; // 16 bytes: 0 to 15

    public static byte[] SessionKey { get; } = [.. Enumerable.Range(100, 32).Select(value => (byte)value)];

    public static long Now { get; } = Fixture.Now.ToUnixTimeSeconds();

    public static RsaPublicKey TrackerKey { get; } = Fixture.Tracker.ToCertificate().EncryptionKeys[0];

    public static string GrantHeader { get; } = HeaderOf(Fixture.Wiki);

    public static string AssertionHeader { get; } = $$"""{"alg":"dir","enc":"A256GCM","kid":"{{GrantId}}","typ":"trusted-app-cert+jwt"}""";

    public static string WrapHeader { get; } = WrapHeaderOf("wiki");

    public static string KeyText { get; } = $$"""{"kty":"oct","k":"{{Encode(SessionKey)}}"}""";

    private static readonly Lazy<string> _wrapped = new(() => Wrap());
    private static readonly Lazy<string> _grant = new(() => Sign(Claims()));

    /// <summary>A good grant, always the same one.</summary>
    public static string Grant => _grant.Value;

    public static string HeaderOf(ApplicationKeys keys) => $$"""{"alg":"PS256","kid":"{{keys.SigningKey.KeyId}}","typ":"trusted-app-grant+jwt"}""";

    public static string WrapHeaderOf(string issuer) =>
        $$"""{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"{{TrackerKey.Thumbprint}}","iss":"{{issuer}}","cty":"jwk+json"}""";

    /// <summary>The claims of a grant.</summary>
    public static string Claims(
        string iss = "wiki", string aud = "\"tracker\"", string @base = "\"https://tracker.example/app\"", long? iat = null, long? exp = null,
        string jti = GrantId, string? jwe = null, string more = "") => string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"iss":"{{{iss}}}","aud":{{{aud}}},"base":{{{@base}}},"iat":{{{iat ?? Now}}},"exp":{{{exp ?? (iat ?? Now) + 600}}},"jti":"{{{jti}}}","cnf":{"jwe":"{{{jwe ?? _wrapped.Value}}}"}{{{more}}}}""");

    /// <summary>A JWS in compact serialization.</summary>
    public static string Sign(string claims, string? header = null, ApplicationKeys? keys = null)
    {
        using RSA rsa = RSA.Create((keys ?? Fixture.Wiki).SigningKey.ExportParameters());
        string signed = $"{Encode(header ?? (keys is null ? GrantHeader : HeaderOf(keys)))}.{Encode(claims)}";
        return $"{signed}.{Encode(rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pss))}";
    }

    /// <summary>A JWE in compact serialization, with a content key that RSA-OAEP wraps.</summary>
    public static string Wrap(string? header = null, string? text = null, RsaPublicKey? key = null, byte[]? contentKey = null)
    {
        byte[] wrappedKey = contentKey ?? RandomNumberGenerator.GetBytes(32);
        RsaPublicKey rsa = key ?? TrackerKey;
        using RSA publicKey = RSA.Create(new RSAParameters { Modulus = rsa.ModulusBytes, Exponent = rsa.ExponentBytes });
        return Encrypt(header ?? WrapHeader, publicKey.Encrypt(wrappedKey, RSAEncryptionPadding.OaepSHA256), Encoding.UTF8.GetBytes(text ?? KeyText), wrappedKey);
    }

    /// <summary>The claims of an assertion.</summary>
    public static string Says(
        string sub = "\"sub\":\"fred\",", string? iat = null, string htm = "GET", string uri = Fixture.Target, string more = "") =>
        $$"""{{{sub}}"iat":{{iat ?? Now.ToString(CultureInfo.InvariantCulture)}},"htm":"{{htm}}","uri":"{{uri}}"{{more}}}""";

    /// <summary>A JWE in compact serialization, encrypted directly under the request key of a grant.</summary>
    public static string Seal(string claims, string? header = null, byte[]? key = null, byte[]? nonce = null, string? grant = null) =>
        Encrypt(header ?? AssertionHeader, [], Encoding.UTF8.GetBytes(claims), key ?? RequestKeyOf(grant ?? Grant), nonce);

    /// <summary>The key of assertions under a grant that wraps <see cref="SessionKey"/>.</summary>
    public static byte[] RequestKeyOf(string grant) => Derive(grant, "trusted-app-cert+jwt");

    /// <summary>The key of response proofs under a grant that wraps <see cref="SessionKey"/>.</summary>
    public static byte[] ResponseKeyOf(string grant) => Derive(grant, "trusted-app-response+jwt");

    /// <summary>A request of <see cref="Fixture.Wiki"/>.</summary>
    public static Request Request(string? cert = null, string? key = null, string id = "wiki") => new Request()
        .With(Seraph.Id, id)
        .With(Seraph.Version, "4")
        .With(Seraph.Key, key ?? Grant)
        .With(Seraph.Cert, cert ?? Seal(Says(), grant: key));

    /// <summary>The good grant as the provider keeps it.</summary>
    public static KeyGrant NewGrant(string id = GrantId, long? expiresAt = null, string? token = null) => KeyGrant.Create(
        token ?? $"token of {id}", id, Base64Url.DecodeFromChars(id).Aggregate(UInt128.Zero, (bits, octet) => bits << 8 | octet), Now, expiresAt ?? Now + 600,
        [.. SessionKey]);

    /// <summary>The id of a grant, one for each number.</summary>
    public static string IdOf(int number)
    {
        byte[] id = new byte[16];
        BitConverter.TryWriteBytes(id, number);
        return Encode(id);
    }

    public static string Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    // RFC 5869 by hand: extract, and one block of expansion.
    private static byte[] Derive(string grant, string info)
    {
        byte[] extracted = HMACSHA256.HashData(SHA256.HashData(Encoding.ASCII.GetBytes(grant)), SessionKey);
        byte[] block = [.. Encoding.ASCII.GetBytes(info), 1];
        return HMACSHA256.HashData(extracted, block);
    }

    private static string Encrypt(string header, byte[] encryptedKey, byte[] text, byte[] key, byte[]? nonce = null)
    {
        nonce ??= RandomNumberGenerator.GetBytes(12);
        byte[] tag = new byte[16];
        string encoded = Encode(header);
        using var cipher = new AesGcm(key, tag.Length);
        cipher.Encrypt(nonce, text, text, tag, Encoding.ASCII.GetBytes(encoded));
        return string.Join('.', encoded, Encode(encryptedKey), Encode(nonce), Encode(text), Encode(tag));
    }
}
