using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using TrustedApps.Text;

namespace TrustedApps.Responses;

/// <summary>
/// The Proof header: a JWS in compact serialization, HMAC with SHA-256 (RFC 7515 section 7.1, RFC 7518 section 3.2).
/// </summary>
internal static class ResponseProofToken
{
    public const int MaxLength = 8000; // characters

    private const int MacLength = 43; // characters of base64url

    private static readonly JoseHeader _header =
        new(("alg", "HS256"), ("kid", ""), ("typ", "trusted-app-response+jwt"));

    /// <summary>Whether a value has only characters that a proof may hold.</summary>
    public static bool IsProvable(string? value) => FieldValue.IsPrintable(value);

    /// <summary>Makes a token; null if a value has other characters, or if it would be too long.</summary>
    public static string? Write(ResponseProof proof, ResponseKey key, string grantId)
    {
        ProvenResponse response = proof.Response;
        bool isProvable = IsProvable(response.ContentType) && IsProvable(response.ContentEncoding)
            && IsProvable(response.ContentRange) && IsProvable(response.Location) && IsProvable(response.Error);
        if (!isProvable) return null;

        var claims = new ArrayBufferWriter<byte>(256);
        proof.Write(claims);
        string header = _header.Write(grantId);
        int signedLength = header.Length + 1 + Base64Url.GetEncodedLength(claims.WrittenCount);
        int length = signedLength + 1 + MacLength;
        if (length > MaxLength) return null;

        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        Span<byte> token = rented.AsSpan(0, length);
        Encoding.ASCII.GetBytes(header, token);
        token[header.Length] = (byte)'.';
        Base64Url.EncodeToUtf8(claims.WrittenSpan, token[(header.Length + 1)..]);
        token[signedLength] = (byte)'.';
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        key.Sign(token[..signedLength], mac);
        Base64Url.EncodeToUtf8(mac, token[(signedLength + 1)..]);
        string text = Encoding.ASCII.GetString(token);
        ArrayPool<byte>.Shared.Return(rented);
        return text;
    }

    /// <summary>Returns the claims of a token; null unless it is good under this key grant.</summary>
    public static ResponseProof? Read(ReadOnlySpan<char> token, ResponseKey key, string grantId) =>
        Read(token, key, grantId, out _);

    /// <summary>
    /// Returns the claims of a token; null, and a description, unless it is good under this key grant.
    /// </summary>
    public static ResponseProof? Read(ReadOnlySpan<char> token, ResponseKey key, string grantId, out string problem)
    {
        problem = "it is longer than 8,000 characters";
        if (token.Length > MaxLength) return null;

        problem = "it is not a compact JWS";
        Span<Range> parts = stackalloc Range[4];
        if (token.Split(parts, '.') != 3) return null;

        problem = "its protected header is not that of a response proof";
        string kid = "";
        if (!_header.TryRead(token[parts[0]], new Span<string>(ref kid))) return null;

        problem = "it names another key grant";
        if (kid != grantId) return null;

        problem = "its signature was not made with the response key of this key grant";
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (!StrictBase64Url.TryDecodeExactly(token[parts[2]], mac)) return null;
        Span<byte> signed = stackalloc byte[MaxLength];
        int length = Encoding.ASCII.GetBytes(token[..parts[1].End.GetOffset(token.Length)], signed);
        if (!key.Verify(signed[..length], mac)) return null;

        problem = "its claims are malformed";
        Span<byte> claims = stackalloc byte[MaxLength];
        return StrictBase64Url.TryDecode(token[parts[1]], claims, out int read)
            ? ResponseProof.Read(claims[..read])
            : null;
    }
}
