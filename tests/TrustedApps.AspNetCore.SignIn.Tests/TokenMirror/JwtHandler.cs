using System.Security.Cryptography;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TrustedApps.AspNetCore.Schemes;

namespace TrustedApps.AspNetCore.SignIn.Tests.TokenMirror;

/// <summary>A bearer scheme as others are: a signed JWT in Authorization, or in a cookie as many applications keep it.</summary>
internal sealed class JwtHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder), ITokenScheme
{
    public const string Name = "Jwt";
    public const string Cookie = "token";

    private static readonly SymmetricSecurityKey _key = new(RandomNumberGenerator.GetBytes(32));

    public static string Issue(string subject = "fred", string? client = "wiki", params (string Type, object Value)[] more)
    {
        var claims = new Dictionary<string, object> { ["sub"] = subject, ["name"] = "Display Name" };
        if (client is not null) claims["client_id"] = client;
        foreach ((string type, object value) in more) claims[type] = value;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = claims.Remove("iss", out object? issuer) ? (string)issuer : "tests",
            Audience = "tracker",
            Claims = claims,
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.HmacSha256),
        });
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string? token = Request.Headers.Authorization.ToString() is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var sent] ? sent : Request.Cookies[Cookie];
        if (token is null) return AuthenticateResult.NoResult();

        TokenValidationResult result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuers = ["tests", "wiki"],
            ValidAudience = "tracker",
            IssuerSigningKey = _key,
            AuthenticationType = Scheme.Name,
            NameClaimType = "name",
        });
        return result.IsValid
            ? AuthenticateResult.Success(new AuthenticationTicket(new(result.ClaimsIdentity), Scheme.Name))
            : AuthenticateResult.Fail("bad token");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return base.HandleChallengeAsync(properties);
    }
}
