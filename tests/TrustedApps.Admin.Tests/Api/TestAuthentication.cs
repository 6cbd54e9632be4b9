using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace TrustedApps.Admin.Tests.Api;

/// <summary>Believes a header: a name, and after a semicolon a role.</summary>
internal sealed class TestAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers["X-User"].ToString() is not { Length: > 0 } user) return Task.FromResult(AuthenticateResult.NoResult());
        string[] parts = user.Split(';');
        List<Claim> claims = [.. parts.Skip(1).Select(role => new Claim("role", role))];
        if (parts[0].StartsWith('#')) claims.Add(new Claim(ClaimTypes.NameIdentifier, parts[0][1..]));
        else if (parts[0].Length > 0) claims.Add(new Claim(ClaimTypes.Name, parts[0]));
        var principal = new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme.Name));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name)));
    }
}
