using Microsoft.Extensions.DependencyInjection;
using static TrustedApps.IntegrationTests.FrontedApache;

namespace TrustedApps.IntegrationTests;

/// <summary>Apache httpd names the user in a cookie.</summary>
public sealed class PreAuthenticatedApacheCookieTests
{
    [Theory]
    [InlineData("fred")]
    [InlineData("jürgen")]
    [InlineData("50%41 = 1+1")]
    public async Task A_cookie_that_Apache_adds_names_the_user_and_other_cookies_stay(string name)
    {
        await using FrontedApplication wiki = await StartWithCookieAsync();
        await using Apache apache = await StartApacheAsync(wiki);

        var user = Sight.Of(await apache.SendAsync(Get("/cookie/closed", name, ("Cookie", "theme=dark; PRE-AUTH=admin; pre_auth=root; lang=de, Pre.Auth=admin"))));

        Assert.Equal(name, user.User);
        Assert.Contains("theme=dark", user["Cookie"], StringComparison.Ordinal);
        Assert.Contains("lang=de", user["Cookie"], StringComparison.Ordinal);
        Assert.DoesNotContain("admin", user["Cookie"], StringComparison.Ordinal);
        Assert.Empty(wiki.Warnings);
    }

    [Theory]
    [InlineData("theme=dark; PRE-AUTH=admin; lang=de")]
    [InlineData("PRE-AUTH=admin; theme=dark; pre-auth=root; lang=de")]
    [InlineData("theme=dark; pre_auth=admin; lang=de")]
    [InlineData("theme=dark; Pre.Auth=admin, lang=de")]
    [InlineData("theme=dark; PRE-AUTH = admin;lang=de;PRE-AUTH")]
    public async Task A_cookie_of_somebody_who_goes_round_Apache_is_removed_and_others_stay(string cookies)
    {
        await using FrontedApplication wiki = await StartWithCookieAsync();

        Answer closed = await wiki.SendAsync(Get("/cookie/closed", null, ("Cookie", cookies)));
        var nobody = Sight.Of(await wiki.SendAsync(Get("/cookie/open", null, ("Cookie", cookies))));

        Assert.Equal((401, null), (closed.Status, nobody.User));
        Assert.Equal("theme=dark; lang=de", nobody["Cookie"]);
        Assert.All(wiki.Seen, seen => Assert.Equal("theme=dark; lang=de", seen["Cookie"]));
        Assert.Equal(2, wiki.Refusals.Length);
        Assert.All(wiki.Refusals, line => Assert.Contains("from 127.0.0.1 by 'front': BAD_REMOTE_IP. Only the trusted proxy may send PRE-AUTH", line.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("PRE-AUTH=admin", "is there twice")]
    [InlineData("pre_auth=admin", "is there twice")]
    public async Task Where_Apache_does_not_unset_the_cookie_the_request_is_refused(string cookies, string reason)
    {
        await using FrontedApplication wiki = await StartWithCookieAsync();
        await using Apache apache = await StartApacheAsync(wiki);

        var nobody = Sight.Of(await apache.SendAsync(Get("/careless-cookie/open", "fred", ("Cookie", cookies))));

        Assert.Equal((null, null), (nobody.User, nobody["Cookie"]));
        Assert.Contains(reason, Assert.Single(wiki.Refusals).Message, StringComparison.Ordinal);
    }

    // What passes a front that unsets PRE-AUTH as RFC 6265 says, where it then has nobody to name.
    [Theory]
    [InlineData("theme=dark,PRE-AUTH=admin", "holds a comma")]
    [InlineData("theme=dark, PRE-AUTH=admin; lang=de", "holds a comma")]
    [InlineData("theme=dark; pre-auth=admin", "in another way")]
    [InlineData("theme=dark; PRE-AUTH =admin", "in another way")]
    [InlineData("PRE-AUTH\t=admin", "in another way")]
    public async Task A_cookie_that_is_another_one_to_the_front_names_nobody(string cookies, string reason)
    {
        await using FrontedApplication wiki = await FrontedApplication.StartAsync(
            options =>
            {
                options.Cookie = "PRE-AUTH";
                options.Addresses.Add("127.0.0.1");
            },
            new UserStore("admin"));

        var nobody = Sight.Of(await wiki.SendAsync(Get("/cookie/open", null, ("Cookie", cookies))));

        Assert.Equal((null, false), (nobody.User, nobody["Cookie"]?.Contains("admin", StringComparison.Ordinal) ?? false));
        Assert.Contains(reason, Assert.Single(wiki.Refusals).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_semicolon_would_make_a_name_in_a_cookie_another_one_and_Apache_can_refuse_it()
    {
        await using FrontedApplication wiki = await StartWithCookieAsync();
        await using Apache apache = await StartApacheAsync(wiki);

        Assert.Equal("admin", Sight.Of(await apache.SendAsync(Get("/careless-cookie/closed", "admin;fred"))).User); // escape leaves ; as it is
        Assert.Equal(401, (await apache.SendAsync(Get("/cookie/closed", "admin;fred"))).Status);
        Assert.Single(wiki.Seen);
    }

    [Fact]
    public async Task A_comma_in_a_cookie_is_refused()
    {
        await using FrontedApplication wiki = await StartWithCookieAsync();
        await using Apache apache = await StartApacheAsync(wiki);

        Assert.Equal(401, (await apache.SendAsync(Get("/careless-cookie/closed", "admin,fred"))).Status);
        Assert.Contains("SYSTEM. Cookie PRE-AUTH holds a comma", Assert.Single(wiki.Refusals).Message, StringComparison.Ordinal);
    }
}
