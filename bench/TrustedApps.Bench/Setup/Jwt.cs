using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TrustedApps.Bench.Setup;

/// <summary>What users would pick instead: a JWT with the same claims, made and read by JsonWebTokenHandler.</summary>
internal sealed class Jwt(SecurityKey key, string algorithm)
{
    private readonly JsonWebTokenHandler _handler = new();
    private readonly SigningCredentials _credentials = new(key, algorithm);
    private readonly TokenValidationParameters _parameters = new()
    {
        ValidIssuer = "wiki",
        ValidAudience = "tracker",
        ValidAlgorithms = [algorithm],
        IssuerSigningKey = key,
        NameClaimType = "sub",
    };

    public static Jwt Rs256() => new(new RsaSecurityKey(BenchKeys.Legacy), SecurityAlgorithms.RsaSha256);

    public static Jwt Ps256() => new(new RsaSecurityKey(BenchKeys.Legacy), SecurityAlgorithms.RsaSsaPssSha256);

    public static Jwt Es256() => new(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)), SecurityAlgorithms.EcdsaSha256);

    public static Jwt Hs256() => new(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)), SecurityAlgorithms.HmacSha256);

    public string Create(string user)
    {
        DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "wiki",
            Audience = "tracker",
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddMinutes(10),
            Claims = new Dictionary<string, object> { ["sub"] = user, ["htm"] = "GET", ["uri"] = BenchFixture.Target },
            SigningCredentials = _credentials,
        });
    }

    public Task<TokenValidationResult> ValidateAsync(string token) => _handler.ValidateTokenAsync(token, _parameters);

    public void Validate(string token)
    {
        if (!ValidateAsync(token).GetAwaiter().GetResult().IsValid) throw new InvalidOperationException("A token that was just made is not valid.");
    }
}
