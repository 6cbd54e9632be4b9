using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using TrustedApps.Diagnostics;
using TrustedApps.Keys;
using TrustedApps.Text;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// The Key header: a JWT that the consumer signed (RFC 7515 section 7.1, RFC 7519), with the session key encrypted for
/// the provider inside (RFC 7800 section 3.3). Specification version-4.md, section 3.
/// </summary>
internal static class KeyGrantToken
{
    public const int MaxLength = 8000; // characters

    public const int IdLength = 22; // characters of base64url: 16 bytes

    private static readonly JoseHeader _header = new(("alg", "PS256"), ("kid", ""), ("typ", "trusted-app-grant+jwt"));

    /// <summary>Creates a key grant with a new session key.</summary>
    /// <param name="keys">The consumer's own keys.</param>
    /// <param name="audience">The provider's id.</param>
    /// <param name="baseUrl">The base URL to which the consumer sends.</param>
    /// <param name="wrappingKey">The provider's encryption key.</param>
    /// <param name="now">Seconds since 1970.</param>
    /// <param name="lifetime">Seconds.</param>
    /// <param name="cancellationToken">Cancels signing.</param>
    public static async ValueTask<KeyGrant> IssueAsync(
        ApplicationKeys keys,
        string audience,
        BaseUrl baseUrl,
        RsaPublicKey wrappingKey,
        long now,
        long lifetime,
        CancellationToken cancellationToken = default)
    {
        byte[] sessionKey = RandomNumberGenerator.GetBytes(KeyGrant.SessionKeySize);
        try
        {
            return await IssueAsync(
                sessionKey, keys, audience, baseUrl, wrappingKey, (now, now + lifetime), cancellationToken)
                .ConfigureAwait(false);
        }
        catch
        {
            CryptographicOperations.ZeroMemory(sessionKey);
            throw;
        }
    }

    /// <summary>Creates a key grant.</summary>
    /// <param name="sessionKey">The session key: 32 random bytes, which are zeroed.</param>
    /// <param name="keys">The consumer's own keys.</param>
    /// <param name="audience">The provider's id.</param>
    /// <param name="baseUrl">The base URL to which the consumer sends.</param>
    /// <param name="wrappingKey">The provider's encryption key.</param>
    /// <param name="life">From and to, in seconds since 1970.</param>
    /// <param name="cancellationToken">Cancels signing.</param>
    public static async ValueTask<KeyGrant> IssueAsync(
        byte[] sessionKey,
        ApplicationKeys keys,
        string audience,
        BaseUrl baseUrl,
        RsaPublicKey wrappingKey,
        (long From, long To) life,
        CancellationToken cancellationToken)
    {
        byte[] idBytes = RandomNumberGenerator.GetBytes(16);
        string id = Base64Url.EncodeToString(idBytes);
        string wrapped = WrappedKey.Seal(sessionKey, keys.Id, wrappingKey);
        string claims = string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"iss":"{{{keys.Id}}}","aud":"{{{audience}}}","base":"{{{baseUrl.Text}}}","iat":{{{life.From}}},"exp":{{{life.To}}},"jti":"{{{id}}}","cnf":{"jwe":"{{{wrapped}}}"}}"""
        );

        string signed =
            $"{_header.Write(keys.SigningKey.KeyId)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        byte[] hash = SHA256.HashData(Encoding.ASCII.GetBytes(signed));
        byte[] signature = await keys
            .SigningKey.SignHashAsync(hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pss, cancellationToken)
            .ConfigureAwait(false);
        string token = $"{signed}.{Base64Url.EncodeToString(signature)}";
        if (token.Length > MaxLength)
        {
            throw new ArgumentException("With ids, base URL and keys this long a grant does not fit into its header.");
        }

        return KeyGrant.Create(
            token,
            id,
            BinaryPrimitives.ReadUInt128BigEndian(idBytes),
            life.From,
            life.To,
            sessionKey
        );
    }

    /// <summary>Performs every check that needs no RSA operation, in the order of the specification.</summary>
    public static Rejection? Read(
        string token,
        TrustedApplication application,
        KeyGrantRules rules,
        long now,
        out KeyGrantCandidate? candidate
    )
    {
        candidate = null;
        string id = application.Id;
        Span<Range> parts = stackalloc Range[4];
        ReadOnlySpan<char> text = token;
        if (text.Length > MaxLength || text.Split(parts, '.') != 3) return Malformed("it is no compact JWS");

        string keyId = "";
        if (!_header.TryRead(text[parts[0]], new Span<string>(ref keyId)))
        {
            return Malformed("its protected header is not that of a grant");
        }

        if (application.Record?.FindSigningKey(keyId) is not { } signingKey)
        {
            return new(RejectionReason.GrantKeyUnknown, id, keyId);
        }

        Span<byte> buffer = stackalloc byte[MaxLength];
        if (!StrictBase64Url.TryDecode(text[parts[1]], buffer, out int length))
        {
            return Malformed("its claims are no base64url");
        }

        if (KeyGrantClaims.Read(buffer[..length], id, rules, out KeyGrantClaims claims) is { } problem)
        {
            return Malformed(problem);
        }

        if (!claims.IsForAudience) return new(RejectionReason.GrantForOtherProvider, id, rules.Keys?.Id ?? "");
        if (!claims.IsForBase) return new(RejectionReason.GrantForOtherBase, id);
        if (CheckTime(id, claims.IssuedAt, claims.ExpiresAt, rules, now) is { } untimely) return untimely;

        Span<byte> idBytes = stackalloc byte[16];
        if (claims.Id!.Length != IdLength || !StrictBase64Url.TryDecodeExactly(claims.Id, idBytes))
        {
            return Malformed("its jti is not 16 bytes");
        }

        candidate = new KeyGrantCandidate(
            token,
            signingKey,
            claims.Id,
            BinaryPrimitives.ReadUInt128BigEndian(idBytes),
            claims.IssuedAt,
            claims.ExpiresAt,
            claims.WrappedKey!
        );
        return null;

        Rejection Malformed(string problem) => new(RejectionReason.GrantMalformed, id, problem);
    }

    /// <summary>Returns the rejection of a key grant at this moment, or null. Checked again for each use.</summary>
    public static Rejection? CheckTime(
        string applicationId,
        long issuedAt,
        long expiresAt,
        KeyGrantRules rules,
        long now
    )
    {
        if (issuedAt > now + rules.Skew) return new(RejectionReason.GrantTooEarly, applicationId);
        if (expiresAt <= issuedAt || expiresAt - issuedAt > rules.MaxLifetime)
        {
            return new(RejectionReason.GrantMalformed, applicationId, "it lives too long, or not at all");
        }

        return expiresAt + rules.Skew < now ? new(RejectionReason.GrantExpired, applicationId) : null;
    }

    public static bool HasGoodSignature(KeyGrantCandidate candidate)
    {
        int dot = candidate.Token.LastIndexOf('.');
        Span<byte> signed = stackalloc byte[MaxLength];
        Span<byte> buffer = stackalloc byte[1024]; // 8,192 bits at most
        Span<byte> signature = buffer[..candidate.SigningKey.ModulusLength];
        if (!StrictBase64Url.TryDecodeExactly(candidate.Token.AsSpan(dot + 1), signature)) return false;

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(signed[..Encoding.ASCII.GetBytes(candidate.Token.AsSpan(0, dot), signed)], hash);
        return candidate.SigningKey.VerifyHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
    }

    /// <summary>
    /// Returns the key grant of a candidate with a valid signature; null if its session key cannot be decrypted.
    /// </summary>
    public static async ValueTask<KeyGrant?> OpenAsync(
        KeyGrantCandidate candidate,
        string issuer,
        ApplicationKeys keys,
        DateTimeOffset now,
        CancellationToken cancellationToken = default
    )
    {
        byte[]? sessionKey = await WrappedKey
            .OpenAsync(candidate.WrappedKey, issuer, keys, now, cancellationToken)
            .ConfigureAwait(false);
        if (sessionKey is null) return null;
        return KeyGrant.Create(
            candidate.Token,
            candidate.Id,
            candidate.IdBits,
            candidate.IssuedAt,
            candidate.ExpiresAt,
            sessionKey
        );
    }
}
