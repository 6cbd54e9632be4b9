using System.Buffers.Text;
using System.Security.Cryptography;

namespace TrustedApps.Tool.Tests.Commands;

/// <summary>A file of 'issue --grant-out', read by hand, and what is derived from it (RFC 5869, RFC 7515).</summary>
internal sealed record KeptGrant(string Grant, byte[] SessionKey)
{
    public string Id => (string)JsonNode.Parse(Base64Url.DecodeFromChars(Grant.Split('.')[1]))!["jti"]!;

    public static KeptGrant Read(string file)
    {
        JsonNode json = JsonNode.Parse(File.ReadAllText(file))!;
        return new((string)json["grant"]!, Base64Url.DecodeFromChars((string)json["sessionKey"]!));
    }

    public byte[] Derive(string info) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, SessionKey, 32, SHA256.HashData(Encoding.ASCII.GetBytes(Grant)), Encoding.ASCII.GetBytes(info));

    /// <summary>A proof, made by hand.</summary>
    public string Prove(string claims, string? header = null)
    {
        header ??= $$"""{"alg":"HS256","kid":"{{Id}}","typ":"trusted-app-response+jwt"}""";
        string signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Derive("trusted-app-response+jwt"), Encoding.ASCII.GetBytes(signed)))}";
    }
}
