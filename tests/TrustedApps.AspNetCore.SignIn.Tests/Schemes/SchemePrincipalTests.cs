using System.Security.Claims;
using TrustedApps.AspNetCore.SignIn.Schemes;

namespace TrustedApps.AspNetCore.SignIn.Tests.Schemes;

public sealed class SchemePrincipalTests
{
    [Fact]
    public void Only_a_known_user_has_a_principal()
    {
        Assert.Throws<ArgumentException>(() => SchemePrincipal.Of(UserResolution.Unknown, "Proxy", []));
        Assert.Throws<ArgumentException>(() => SchemePrincipal.Of(UserResolution.Denied, "Proxy", []));
    }

    [Fact]
    public void A_name_alone_is_enough()
    {
        ClaimsPrincipal principal = SchemePrincipal.Of(UserResolution.Known("fred"), "Proxy", [new Claim("mail", "a"), new Claim("mail", "b")]);

        Assert.Equal(("Proxy", true, "fred"), (principal.Identity!.AuthenticationType, principal.Identity.IsAuthenticated, principal.Identity.Name));
        Assert.Equal(["a", "b"], principal.FindAll("mail").Select(claim => claim.Value));
    }

    [Fact]
    public void The_resolvers_identity_is_copied_and_not_changed()
    {
        var known = new ClaimsIdentity([new Claim("uid", "Fred"), new Claim("r", "admin")], authenticationType: null, "uid", "r");

        ClaimsPrincipal principal = SchemePrincipal.Of(UserResolution.Known("fred", known), "Proxy", [new Claim("mail", "a"), new Claim("r", "root"), new Claim("UID", "root"), new Claim("R", "root")]);

        Assert.Equal(("Proxy", "Fred"), (principal.Identity!.AuthenticationType, principal.Identity.Name));
        Assert.True(principal.IsInRole("admin"));
        Assert.False(principal.IsInRole("root"));
        Assert.Equal(["uid: Fred", "r: admin", "mail: a"], principal.Claims.Select(claim => claim.ToString()));
        Assert.Equal(2, known.Claims.Count());
    }

    [Theory]
    [InlineData(ClaimTypes.Name)]
    [InlineData("HTTP://schemas.xmlsoap.org/ws/2005/05/identity/claims/NAME")]
    public void The_name_is_no_attribute(string type)
    {
        ClaimsPrincipal principal = SchemePrincipal.Of(UserResolution.Known("fred"), "Proxy", [new Claim(type, "root")]);

        Assert.Equal("fred", Assert.Single(principal.Claims).Value);
    }
}
