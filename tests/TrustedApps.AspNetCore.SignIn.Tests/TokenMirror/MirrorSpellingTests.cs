using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TrustedApps.AspNetCore.SignIn.TokenMirror;
using TrustedApps.Conditions;

namespace TrustedApps.AspNetCore.SignIn.Tests.TokenMirror;

/// <summary>Spellings that one server reads as a path on the mirror and another as something else.</summary>
public sealed class MirrorSpellingTests
{
    private static readonly string[] _pieces =
    [
        "/rest", "/token-auth", "/api", "/content", "/7", "/child", "/attachment", "/issues", "/", "//", "/.", "/..", "/%2e%2e", "/%2E", "%2f", "\\", "%5c", ";", ";a=b", "%3b",
        "%2561", "%61", "/REST", "/Token-Auth", "%", "%zz", "%C3%A9", "?", "#", "*", "/*", "%3F", "+", "~",
    ];

    [Theory]
    [InlineData("/rest/token-auth/api/../../api/content/7/child/attachment")]
    [InlineData("/rest/token-auth/api/%2e%2e/%2E./api/content/7/child/attachment")]
    [InlineData("/rest/token-auth/./api/../../api/content/7/child/attachment")]
    [InlineData("/rest//token-auth/api/../../../api/content/7/child/attachment")]
    [InlineData("/rest;a=b/token-auth;/api/../../../rest/api/content/7/child/attachment")]
    [InlineData("/REST/Token-Auth/API/../../api/content/7/child/attachment")]
    [InlineData("/%72est/token-auth/%61pi/../../api/content/7/child/attachment")]
    [InlineData("/%2572est/token-auth/%2561pi/../../api/content/7/child/attachment")]
    [InlineData("/rest%2ftoken-auth%2Fapi/../rest/api/content/7/child/attachment")]
    [InlineData("/rest%252ftoken-auth%252Fapi/../rest/api/content/7/child/attachment")]
    [InlineData("/rest\\token-auth\\api/../rest/api/content/7/child/attachment")]
    [InlineData("/rest%5ctoken-auth%255Capi/../rest/api/content/7/child/attachment")]
    [InlineData("/rest/token-auth/apiary/../../api/content/7/child/attachment")]
    [InlineData("/rest/api/content/7/child/x/rest/token-auth/api/../../../../attachment")]
    [InlineData("/rest/api/content/..%2f..%2ftoken-auth%2fapi/7")] // nginx decodes, then resolves: /rest/token-auth/api/7
    [InlineData("/rest/api/content/..%2F..%2FToken-Auth/x/..%2fapi/7")]
    [InlineData("/rest/api/content/..%5c../token-auth/api/7/../../../rest/api/content/7/child/attachment")]
    [InlineData("/rest/api/content/%252e%252e%252f%252e%252e%252ftoken-auth%252fapi/7")]
    [InlineData("/rest/api/content/..;a=b%2f..;%2ftoken-auth/api/7")]
    [InlineData("/rest/api/..%2ftoken-auth%2fapiary")]
    public async Task What_a_proxy_could_take_for_the_mirror_does_not_reach_the_API_in_another_way(string target)
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync();

        Answer answer = await mirror.SendAsync(target);

        Assert.Equal((404, ""), (answer.Status, answer.Body));
        Assert.Empty(mirror.Reached);
        Assert.Contains("BAD_URL. Some servers", Assert.Single(mirror.Refusals), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/rest/token-auth/api/./content/7/child/attachment")]
    [InlineData("/rest/token-auth/api/x/../content/7/child/attachment")]
    [InlineData("/rest/token-auth/api/x/%2e%2e/content/7/child/attachment")]
    [InlineData("/rest/api/../token-auth/api/content/7/child/attachment")]
    [InlineData("/rest/token-auth/api//content/7/child/attachment")]
    [InlineData("//rest/token-auth/api/content/7/child/attachment")]
    [InlineData("/rest/token-auth/api/content/7/child/attachment//")]
    [InlineData("/rest/token-auth/api/content/7;v=1/child/attachment")]
    [InlineData("/rest/token-auth/api/content/7%3bv/child/attachment")]
    [InlineData("/rest/token-auth/api/content/7%2f8/child/attachment")]
    [InlineData("/rest/token-auth/api/content/7\\8/child/attachment")]
    [InlineData("/rest/token-auth/api/content/7%5C8/child/attachment")]
    [InlineData("/rest/token-auth/api/content/%2561/child/attachment")]
    [InlineData("/rest/token-auth/api/content/7%0a/child/attachment")]
    [InlineData("/rest/token-auth/api/content/%zz/child/attachment")]
    [InlineData("/rest/token-auth/api/content/%ff/child/attachment")]
    [InlineData("/rest/token-auth/API/content/7/child/attachment")]
    [InlineData("/REST/token-auth/api/content/7/child/attachment")]
    public async Task A_listed_path_in_another_spelling_is_refused(string target)
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync();

        Answer answer = await mirror.SendAsync(target);

        Assert.Equal((404, ""), (answer.Status, answer.Body));
        Assert.Empty(mirror.Reached);
    }

    [Theory]
    [InlineData("/rest/token-auth/api/content/7/child/attachment/", "/rest/api/content/7/child/attachment/")]
    [InlineData("/rest/token-auth/api/content/%C3%A9%20%7E/child/attachment?a=/..//", "/rest/api/content/%C3%A9%20~/child/attachment")]
    [InlineData("/%72est/token-auth/api/content/7/child/attachment", "/rest/api/content/7/child/attachment")]
    public async Task What_every_server_reads_alike_is_served(string target, string served)
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync();

        Answer answer = await mirror.SendAsync(target);

        Assert.Equal((200, $"Jwt Display Name {served} 0"), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("/rest/api/content/..%2f7")]
    [InlineData("/rest/api/rest/token-auth/content")]
    [InlineData("/rest/api/content/../rest/token-auth/content")]
    [InlineData("/rest/api/rest/x/token-auth/x/api")]
    public async Task What_no_proxy_could_take_for_the_mirror_reaches_the_API(string target)
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(defaultScheme: JwtHandler.Name);

        Assert.Equal(200, (await mirror.SendAsync(target)).Status);
        Assert.Single(mirror.Reached);
    }

    [Fact]
    public async Task A_whole_URL_is_read_by_its_path()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync();

        Assert.Equal(200, (await mirror.SendAsync(mirror.Http.Origin + MirrorServer.Listed)).Status);
        Assert.Equal(404, (await mirror.SendAsync(mirror.Http.Origin + "/rest/token-auth/api/../../api/content/7/child/attachment")).Status);
        Assert.Equal(404, (await mirror.SendAsync(mirror.Http.Origin + "/rest/api/issues#/rest/token-auth/api")).Status);
        Assert.Single(mirror.Reached);
    }

    [Fact]
    public async Task Whatever_is_served_matches_a_listed_pattern_as_it_was_sent()
    {
        string[] patterns = [MirrorServer.Pattern, "/rest/token-auth/api/issues", "/rest/token-auth/api/**/child/7"];
        await using MirrorServer mirror = await MirrorServer.StartAsync(options =>
        {
            foreach (string pattern in patterns.Skip(1)) options.Entries.Add(new TokenMirrorEntry { Path = pattern });
        });
        var listed = new UrlCondition(patterns);
        string token = JwtHandler.Issue();
        int served = 0;

        Prop.ForAll(Arb.From(Targets()), async target =>
        {
            mirror.Reached.Clear();
            Answer answer = await mirror.SendAsync(target, token);
            if (mirror.Reached.IsEmpty) return answer.Status >= 300;

            served++; // through the mirror: the API's own path asks for a cookie
            return listed.Allows(new IncomingRequest { Method = "GET", Scheme = "http", Host = "", Target = target, Headers = new HeaderDictionary() });
        }).QuickCheckThrowOnFailure();

        Assert.True(served > 0);
    }

    private static Gen<string> Targets()
    {
        Gen<string> plain = Gen.Elements(MirrorServer.Listed, "/rest/token-auth/api/issues/3", "/rest/token-auth/api/a/b/child/7", "/rest/token-auth/api/users", MirrorServer.ListedTarget);
        Gen<string> put = from text in plain
                          from place in Gen.Choose(0, 60)
                          from piece in Gen.Elements(_pieces)
                          select text.Insert(Math.Min(place, text.Length - 1) + 1, piece);
        Gen<string> built = from length in Gen.Choose(1, 9)
                            from parts in Gen.ArrayOf(Gen.Elements(_pieces), length)
                            select "/rest/token-auth/api" + string.Concat(parts);
        return Gen.OneOf(plain, put, put, built);
    }
}
