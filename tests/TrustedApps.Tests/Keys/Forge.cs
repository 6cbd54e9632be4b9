using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Keys;

/// <summary>Certificates of version 4 made by hand, with the private keys: whatever a hostile application could serve.</summary>
internal static class Forge
{
    public const string Type = "trusted-app-certificate+jws";

    /// <summary>The payload of a good certificate of signing key 1 and encryption key 1.</summary>
    public static JsonObject Payload(params PrivateKey[] keys) => new()
    {
        ["iss"] = "wiki:8731",
        ["name"] = "Wiki",
        ["iat"] = Fixture.Now.ToUnixTimeSeconds(),
        ["versions"] = new JsonArray(4),
        ["keys"] = new JsonArray([.. (keys.Length > 0 ? keys : [SpareKeys.Signing(1), SpareKeys.Encrypting(1)]).Select(Jwk)]),
    };

    public static JsonNode Jwk(PrivateKey key) => new JsonObject
    {
        ["kty"] = "RSA",
        ["use"] = key.Use == KeyUse.Signature ? "sig" : "enc",
        ["alg"] = key.Use == KeyUse.Signature ? "PS256" : "RSA-OAEP-256",
        ["kid"] = key.KeyId,
        ["n"] = Base64Url.EncodeToString(key.PublicKey.ModulusBytes),
        ["e"] = "AQAB",
    };

    public static string Header(PrivateKey key) => $$"""{"alg":"PS256","kid":"{{key.KeyId}}","typ":"{{Type}}"}""";

    /// <summary>The signed document.</summary>
    public static string Sign(string payload, params PrivateKey[] signers) =>
        Envelope(payload, [.. (signers.Length > 0 ? signers : [SpareKeys.Signing(1)]).Select(signer => Signature(payload, signer))]);

    public static string Sign(JsonObject payload, params PrivateKey[] signers) => Sign(payload.ToJsonString(), signers);

    public static string Envelope(string payload, params string[] signatures) =>
        $$"""{"payload":"{{Encode(payload)}}","signatures":[{{string.Join(',', signatures)}}]}""";

    /// <summary>One signature, with any header at all.</summary>
    public static string Signature(string payload, PrivateKey signer, string? header = null, RSASignaturePadding? padding = null, HashAlgorithmName? algorithm = null)
    {
        string encoded = Encode(header ?? Header(signer));
        byte[] text = Encoding.ASCII.GetBytes($"{encoded}.{Encode(payload)}");
        using RSA rsa = RSA.Create(signer.ExportParameters());
        byte[] signature = rsa.SignData(text, algorithm ?? HashAlgorithmName.SHA256, padding ?? RSASignaturePadding.Pss);
        return $$"""{"protected":"{{encoded}}","signature":"{{Base64Url.EncodeToString(signature)}}"}""";
    }

    /// <summary>A signature with a salt of any length (RFC 8017 section 9.1.1): the base class library makes only one.</summary>
    public static string SignatureWithSalt(string payload, PrivateKey signer, int saltLength)
    {
        string header = Encode(Header(signer));
        byte[] salt = RandomNumberGenerator.GetBytes(saltLength);
        byte[] hash = SHA256.HashData([.. new byte[8], .. SHA256.HashData(Encoding.ASCII.GetBytes($"{header}.{Encode(payload)}")), .. salt]);
        byte[] block = [.. new byte[256 - 32 - 2 - saltLength], 1, .. salt];
        byte[] mask = [.. Enumerable.Range(0, 8).SelectMany(counter => SHA256.HashData([.. hash, 0, 0, 0, (byte)counter]))];
        for (int index = 0; index < block.Length; index++) block[index] ^= mask[index];
        block[0] &= 0x7F;
        byte[] signature = Oracle.RawPrivate(signer.ExportParameters(), [.. block, .. hash, 0xBC]);
        return $$"""{"protected":"{{header}}","signature":"{{Base64Url.EncodeToString(signature)}}"}""";
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
