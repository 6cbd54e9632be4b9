using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using TrustedApps.Text;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// The Cert header: a JWE in compact serialization, encrypted directly under the request key (RFC 7516 section 7.1, RFC
/// 7518 section 4.5).
/// </summary>
internal static class AssertionToken
{
    public const int MaxLength = 8000; // characters

    private const int TagLength = 22; // characters of base64url
    private const int NonceLength = 16; // characters of base64url
    private const int MaxHeaderLength = 1024; // characters
    private const int IdStart = 48; // characters: those before encode the 36 bytes up to the grant's id
    private const int IdEnd = 78;

    private static readonly JoseHeader _header = new(
        ("alg", "dir"),
        ("enc", "A256GCM"),
        ("kid", ""),
        ("typ", "trusted-app-cert+jwt")
    );

    private static readonly string _exampleHeader = HeaderOf(new string('A', KeyGrantToken.IdLength));

    /// <summary>Returns the encoded protected header of assertions under a key grant.</summary>
    public static string HeaderOf(string grantId) => _header.Write(grantId);

    /// <summary>Returns the id of the key grant that a token names; null if its header is malformed.</summary>
    public static string? FindGrantId(ReadOnlySpan<char> header)
    {
        string grantId = "";
        return _header.TryRead(header, new Span<string>(ref grantId)) ? grantId : null;
    }

    /// <summary>
    /// Whether a header, if it is valid, has the spelling of this library: then <see cref="HeaderOf"/> makes the same
    /// text of the id that it names.
    /// </summary>
    public static bool IsUsual(ReadOnlySpan<char> header) =>
        header.Length == _exampleHeader.Length && header.StartsWith(_exampleHeader.AsSpan(0, IdStart));

    /// <summary>Returns the characters of a usual header that encode the id; of any other text, all of it.</summary>
    public static ReadOnlySpan<char> IdPart(ReadOnlySpan<char> header) =>
        header.Length > IdEnd ? header[IdStart..IdEnd] : header;

    /// <summary>Returns the encoded protected header of a token: its text before the first dot.</summary>
    public static ReadOnlySpan<char> HeaderPart(ReadOnlySpan<char> token)
    {
        int dot = token.IndexOf('.');
        return dot < 0 ? token : token[..dot];
    }

    /// <summary>Returns the encoded initialization vector of a well-formed token.</summary>
    public static ReadOnlySpan<char> FindNonce(ReadOnlySpan<char> token) =>
        token.Slice(HeaderPart(token).Length + 2, NonceLength);

    /// <summary>Encrypts claims in place; null if the key was dropped in the meantime.</summary>
    public static string? Seal(Span<byte> claims, KeyGrant grant, long now)
    {
        Span<byte> nonce = stackalloc byte[NonceGenerator.Size];
        Span<byte> tag = stackalloc byte[RequestKey.TagSize];
        NonceGenerator.Next(nonce, now);

        if (grant.RequestKey.RentToEncrypt() is not { } cipher) return null;
        cipher.Encrypt(nonce, claims, claims, tag, grant.AssertionHeaderBytes);
        grant.RequestKey.Return(cipher);

        int length =
            grant.AssertionHeader.Length
            + 2
            + NonceLength
            + 1
            + Base64Url.GetEncodedLength(claims.Length)
            + 1
            + TagLength;
        if (length > MaxLength)
        {
            int most = (MaxLength - length + Base64Url.GetEncodedLength(claims.Length)) / 4 * 3;
            throw new ArgumentException(
                $"The URL, the user and the content type take {claims.Length} bytes in the assertion, which holds at most {most}. Shorten the URL: send a long query as the content of a POST.");
        }

        return string.Create(
            length,
            new Sealed(grant.AssertionHeader, nonce, claims, tag),
            static (text, parts) => parts.Write(text)
        );
    }

    /// <summary>Decrypts a token.</summary>
    /// <param name="token">The text, at most <see cref="MaxLength"/> characters.</param>
    /// <param name="grant">The key grant that came with it.</param>
    /// <param name="claims">Receives the plaintext; as long as the token's bytes.</param>
    /// <param name="length">Its length.</param>
    /// <param name="nonce">The initialization vector as a number.</param>
    /// <returns>Whether the token is valid, for this key grant, and was decrypted.</returns>
    public static bool TryOpen(
        ReadOnlySpan<char> token,
        KeyGrant grant,
        Span<byte> claims,
        out int length,
        out UInt128 nonce
    )
    {
        (length, nonce) = (0, 0);
        ReadOnlySpan<char> header = HeaderPart(token);
        byte[] additionalData = grant.AssertionHeaderBytes;
        if (!header.SequenceEqual(grant.AssertionHeader)) // the usual header is only the fast path
        {
            if (header.Length > MaxHeaderLength || FindGrantId(header) != grant.Id) return false;
            additionalData = Encoding.ASCII.GetBytes(header.ToString());
        }

        ReadOnlySpan<char> rest = token[header.Length..];
        if (!rest.StartsWith("..")) return false; // no encrypted key
        rest = rest[2..];
        if (rest.Length < NonceLength + TagLength + 2 || rest[NonceLength] != '.' || rest[^(TagLength + 1)] != '.')
        {
            return false;
        }

        Span<byte> iv = stackalloc byte[NonceGenerator.Size];
        Span<byte> tag = stackalloc byte[RequestKey.TagSize];
        if (!StrictBase64Url.TryDecodeExactly(rest[..NonceLength], iv)) return false;
        if (!StrictBase64Url.TryDecodeExactly(rest[^TagLength..], tag)) return false;
        if (!StrictBase64Url.TryDecode(rest[(NonceLength + 1)..^(TagLength + 1)], claims, out length)) return false;

        nonce = (UInt128)BinaryPrimitives.ReadUInt32BigEndian(iv) << 64 | BinaryPrimitives.ReadUInt64BigEndian(iv[4..]);
        return TryDecrypt(grant.RequestKey, iv, claims[..length], tag, additionalData);
    }

    private static bool TryDecrypt(
        RequestKey key,
        ReadOnlySpan<byte> iv,
        Span<byte> text,
        ReadOnlySpan<byte> tag,
        ReadOnlySpan<byte> additionalData
    )
    {
        if (key.Rent() is not { } cipher) return false;
        try
        {
            cipher.Decrypt(iv, text, tag, text, additionalData);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            key.Return(cipher);
        }
    }

    /// <summary>The parts of a token, on their way into its text.</summary>
    private readonly ref struct Sealed(
        string header,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> claims,
        ReadOnlySpan<byte> tag
    )
    {
        private readonly ReadOnlySpan<byte> _nonce = nonce;
        private readonly ReadOnlySpan<byte> _claims = claims;
        private readonly ReadOnlySpan<byte> _tag = tag;

        public void Write(Span<char> text)
        {
            header.CopyTo(text);
            int at = header.Length;
            text[at++] = '.';
            text[at++] = '.'; // no encrypted key
            at += Base64Url.EncodeToChars(_nonce, text[at..]);
            text[at++] = '.';
            at += Base64Url.EncodeToChars(_claims, text[at..]);
            text[at++] = '.';
            Base64Url.EncodeToChars(_tag, text[at..]);
        }
    }
}
