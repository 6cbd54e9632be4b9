using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using static TrustedApps.IntegrationTests.FrontedApache;

namespace TrustedApps.IntegrationTests;

/// <summary>What clients send of their own, through Apache httpd and round it.</summary>
public sealed class PreAuthenticatedApacheSpoofingTests
{
    [Theory]
    [InlineData("X-User", "admin")]
    [InlineData("x-user", "admin")]
    [InlineData("X-USER", "admin", "X-USER", "root")]
    [InlineData("X-User", "admin, root", "x-uSER", "")]
    [InlineData("MELLON_mail", "admin@example.com")]
    [InlineData("mellon_MAIL", "admin@example.com")]
    [InlineData("Accept", "text/html\r\n X-User: admin")] // a folded line: a part of Accept
    public async Task What_Apache_unsets_does_not_reach_the_application(string name, string value, string? other = null, string? otherValue = null)
    {
        await using FrontedApplication wiki = await FrontedApplication.StartAsync();
        await using Apache apache = await StartApacheAsync(wiki);
        (string, string)[] spoofed = other is null ? [(name, value)] : [(name, value), (other, otherValue!)];

        var fred = Sight.Of(await apache.SendAsync(Get("/staff/closed", "fred", spoofed)));
        var nobody = Sight.Of(await apache.SendAsync(Get("/public/open", null, spoofed)));

        Assert.Equal("fred", fred.User);
        Assert.Contains(FredsMail, fred.Claims);
        Assert.Equal(["MELLON_givenName: Fred", "MELLON_groups: wiki; admins", "MELLON_mail: fred@example.com", "X-User: fred"], fred.OfTheFront.Order(StringComparer.Ordinal));
        Assert.Null(nobody.User);
        Assert.Empty(nobody.OfTheFront);
        Assert.Empty(wiki.Warnings);
    }

    [Theory]
    [InlineData("x_user")]
    [InlineData("X_USER")]
    [InlineData("X.User")]
    [InlineData("X!User")]
    [InlineData("X~uSER")]
    [InlineData("MELLON-mail")]
    [InlineData("MELLON.mail")]
    [InlineData("Mellon-GivenName")]
    public async Task What_Apache_lets_through_in_another_spelling_is_refused(string name)
    {
        await using FrontedApplication wiki = await FrontedApplication.StartAsync();
        await using Apache apache = await StartApacheAsync(wiki);

        Answer closed = await apache.SendAsync(Get("/staff/closed", "fred", (name, "admin")));
        Answer open = await apache.SendAsync(Get("/staff/open", "fred", (name, "admin")));
        Answer outside = await apache.SendAsync(Get("/public/open", null, (name, "admin")));

        Assert.Equal(401, closed.Status);
        Assert.All([open, outside], answer => AssertNobody(Sight.Of(answer)));
        AssertNoneSeen(wiki, requests: 3);
        Assert.Equal(3, wiki.Refusals.Length);
        Assert.All(wiki.Refusals, line => Assert.Contains("from 127.0.0.2 by 'front': SYSTEM. The trusted proxy let a header pass that spells", line.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_header_that_Apache_adds_to_another_is_refused()
    {
        await using FrontedApplication wiki = await FrontedApplication.StartAsync();
        await using Apache apache = await StartApacheAsync(wiki);

        Assert.Equal(401, (await apache.SendAsync(Get("/careless/closed", "fred"))).Status);
        Assert.Contains("SYSTEM. X-User is there twice", Assert.Single(wiki.Refusals).Message, StringComparison.Ordinal);
        AssertNoneSeen(wiki, requests: 1);
    }

    [Theory]
    [InlineData("X-User ")]
    [InlineData("X-User\t")]
    [InlineData("X User")]
    [InlineData("X-User\0")]
    [InlineData("X-User(")]
    public async Task What_is_no_header_Apache_refuses_itself(string name)
    {
        await using FrontedApplication wiki = await FrontedApplication.StartAsync();
        await using Apache apache = await StartApacheAsync(wiki);

        Assert.Equal(400, (await apache.SendAsync(Get("/staff/closed", "fred", (name, "admin")))).Status);
        Assert.Empty(wiki.Seen);
    }

    [Fact]
    public async Task With_further_unset_lines_Apache_serves_the_real_user_whatever_the_spelling()
    {
        await using FrontedApplication wiki = await FrontedApplication.StartAsync();
        await using Apache apache = await StartApacheAsync(wiki, "RequestHeader unset X_User early", "RequestHeader unset X.User early");

        var fred = Sight.Of(await apache.SendAsync(Get("/staff/closed", "fred", ("x_user", "admin"), ("X.User", "root"))));

        Assert.Equal("fred", fred.User);
        Assert.Empty(wiki.Warnings);
    }

    // RFC 9110 section 7.6.1: a proxy removes what Connection names, and Apache does so after RequestHeader has set it.
    [Theory]
    [InlineData("X-User", 401, null)]
    [InlineData("close, x-user, MELLON_mail", 401, null)]
    [InlineData("MELLON_mail", 200, NoMail)]
    public async Task By_naming_a_header_in_Connection_a_client_has_Apache_remove_it_and_gains_the_defaults_at_most(string connection, int status, string? mail)
    {
        await using FrontedApplication wiki = await FrontedApplication.StartAsync();
        await using Apache apache = await StartApacheAsync(wiki);

        Answer answer = await apache.SendAsync(Get("/staff/closed", "fred", ("X-User", "admin"), ("Connection", connection)));

        Assert.Equal(status, answer.Status);
        if (status != 200) return;
        var fred = Sight.Of(answer);
        Assert.Equal("fred", fred.User);
        Assert.Contains(mail, fred.Claims);
    }

    [Theory]
    [InlineData("X-User")]
    [InlineData("close, x-user, MELLON_mail")]
    [InlineData("mellon_mail")]
    public async Task Where_Apache_replaces_such_a_Connection_the_headers_stay(string connection)
    {
        await using FrontedApplication wiki = await FrontedApplication.StartAsync();
        await using Apache apache = await StartApacheAsync(wiki, "RequestHeader set Connection close \"expr=%{HTTP:Connection} =~ /X-User|MELLON_/i\"");

        var fred = Sight.Of(await apache.SendAsync(Get("/staff/closed", "fred", ("Connection", connection))));

        Assert.Equal("fred", fred.User);
        Assert.Contains(FredsMail, fred.Claims);
    }

    [Theory]
    [InlineData("X-User")]
    [InlineData("x-USER")]
    [InlineData("x_user")]
    [InlineData("X.User")]
    [InlineData("MELLON_mail")]
    [InlineData("MELLON-mail")]
    [InlineData("MELLON.mail")]
    public async Task Who_goes_round_Apache_is_nobody_and_the_header_is_gone_before_the_first_middleware(string name)
    {
        await using FrontedApplication wiki = await FrontedApplication.StartAsync();
        await using Apache apache = await StartApacheAsync(wiki);
        Assert.Equal("fred", Sight.Of(await apache.SendAsync(Get("/staff/closed", "fred"))).User); // the front is where it should be

        Answer closed = await wiki.SendAsync(Get("/staff/closed", null, (name, "admin"), ("X-Other", "stays")));
        Answer open = await wiki.SendAsync(Get("/staff/open", null, (name, "admin"), (name, "root"), ("MELLON_sn", "no attribute here")));

        Assert.Equal(401, closed.Status);
        var nobody = Sight.Of(open);
        Assert.Equal((null, "127.0.0.1"), (nobody.User, nobody.Address));
        Assert.Equal(["MELLON_sn: no attribute here"], nobody.OfTheFront);
        Assert.Equal("stays", wiki.Seen[1]["X-Other"]);
        Assert.All(wiki.Seen[1..], seen => Assert.DoesNotContain(seen.Headers, header => header.Value is "admin" or "admin,root"));
        Assert.Equal(2, wiki.Refusals.Length);
        Assert.All(wiki.Refusals, line => Assert.Contains("from 127.0.0.1 by 'front': BAD_REMOTE_IP. Only the trusted proxy may send X-User", line.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_goes_round_Apache_without_the_header_is_nobody_and_no_line_of_the_log()
    {
        await using FrontedApplication wiki = await FrontedApplication.StartAsync();

        Assert.Equal(401, (await wiki.SendAsync(Get("/staff/closed"))).Status);
        Assert.Null(Sight.Of(await wiki.SendAsync(Get("/staff/open", "fred"))).User);
        Assert.Empty(wiki.Warnings);
    }

    [Theory]
    [InlineData(true)] // a start-up filter that was registered before the scheme
    [InlineData(false)] // the first middleware
    public async Task Forwarded_headers_make_nobody_the_front(bool asFilter)
    {
        var trusting = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All, ForwardLimit = null };
        trusting.KnownIPNetworks.Clear();
        trusting.KnownProxies.Clear();
        await using FrontedApplication wiki = await FrontedApplication.StartAsync(
            before: services =>
            {
                if (asFilter) services.AddSingleton<IStartupFilter>(new Earlier(app => app.UseForwardedHeaders(trusting)));
            },
            map: app =>
            {
                if (!asFilter) app.UseForwardedHeaders(trusting);
            });
        await using Apache apache = await StartApacheAsync(wiki);

        var nobody = Sight.Of(await wiki.SendAsync(Get("/staff/open", null, ("X-User", "admin"), ("X-Forwarded-For", FrontedApplication.FrontAddress))));
        var fred = Sight.Of(await apache.SendAsync(Get("/staff/open", "fred")));

        Assert.Equal((null, FrontedApplication.FrontAddress), (nobody.User, nobody.Address)); // the application believes it, the scheme does not
        Assert.Empty(nobody.OfTheFront);
        Assert.Contains("from 127.0.0.1 by 'front': BAD_REMOTE_IP", Assert.Single(wiki.Refusals).Message, StringComparison.Ordinal);
        Assert.Equal(("fred", "127.0.0.1"), (fred.User, fred.Address)); // what Apache says of its client does not make it less the front
    }

    [Fact]
    public async Task An_address_that_the_socket_maps_to_IPv6_is_that_of_the_front()
    {
        await using FrontedApplication wiki = await FrontedApplication.StartAsync(dualStack: true);
        await using Apache apache = await StartApacheAsync(wiki);

        var fred = Sight.Of(await apache.SendAsync(Get("/staff/closed", "fred")));
        var nobody = Sight.Of(await wiki.SendAsync(Get("/staff/open", null, ("X-User", "admin"))));

        Assert.Equal(("fred", "::ffff:127.0.0.2"), (fred.User, fred.Address));
        Assert.Equal((null, "::ffff:127.0.0.1"), (nobody.User, nobody.Address));
        Assert.Contains("BAD_REMOTE_IP", Assert.Single(wiki.Refusals).Message, StringComparison.Ordinal);
    }

    private sealed class Earlier(Action<IApplicationBuilder> use) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            use(app);
            next(app);
        };
    }
}
