using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.IntegrationTests;

/// <summary>Apache httpd authenticates, as mod_auth_mellon does in front of Confluence, and names the user in headers.</summary>
public sealed class PreAuthenticatedApacheTests
{
    private const string FredsMail = "mail=fred@example.com";
    private const string NoMail = "mail=invalid_email@noreply.com";

    [Fact]
    public async Task Whom_Apache_authenticated_is_the_user_with_the_claims_that_it_sent()
    {
        await using FrontedApplication wiki = await FrontedApplication.StartAsync();
        await using Apache apache = await StartApacheAsync(wiki);

        var fred = Sight.Of(await apache.SendAsync(Get("/staff/closed", "fred")));

        Assert.Equal(("fred", FrontedApplication.FrontAddress), (fred.User, fred.Address));
        Assert.Equal([FredsMail, "given=Fred", "group=wiki", "group=admins"], fred.Claims);
        Assert.Null(fred["Authorization"]); // the password stays with Apache
        Assert.Empty(wiki.Warnings);
    }

    [Fact]
    public async Task Attributes_that_Apache_did_not_send_or_sent_empty_have_their_defaults()
    {
        await using FrontedApplication wiki = await FrontedApplication.StartAsync();
        await using Apache apache = await StartApacheAsync(wiki);

        var root = Sight.Of(await apache.SendAsync(Get("/staff/closed", "root")));

        Assert.Equal("root", root.User);
        Assert.Equal([NoMail, "given=first_name"], root.Claims);
        Assert.Equal("", root["MELLON_givenName"]);
    }

    [Fact]
    public async Task Without_the_right_password_nothing_reaches_the_application()
    {
        await using FrontedApplication wiki = await FrontedApplication.StartAsync();
        await using Apache apache = await StartApacheAsync(wiki);

        Answer answer = await apache.SendAsync(Get("/staff/closed", null, ("Authorization", PasswordFile.AuthorizationOf("nobody")), ("X-User", "fred")));

        Assert.Equal(401, answer.Status);
        Assert.Equal("Basic realm=\"staff\"", answer["WWW-Authenticate"]);
        Assert.Empty(wiki.Seen);
    }

    [Fact]
    public async Task A_name_outside_ASCII_comes_through()
    {
        await using FrontedApplication wiki = await FrontedApplication.StartAsync();
        await using Apache apache = await StartApacheAsync(wiki);

        Assert.Equal("jürgen", Sight.Of(await apache.SendAsync(Get("/staff/closed", "jürgen"))).User);
    }

    [Theory]
    [InlineData("EXAMPLE\\fred", "fred")]
    [InlineData("fred@example.com", "fred")]
    [InlineData("EXAMPLE\\admin@example.com", "admin")] // both rules, in order
    [InlineData("fred", "fred")]
    public async Task The_domain_is_taken_off_the_name(string sent, string user)
    {
        await using FrontedApplication wiki = await FrontedApplication.StartAsync(options =>
        {
            options.Rewrites.Add(new() { Prefix = "EXAMPLE\\" });
            options.Rewrites.Add(new() { Pattern = @"^(.+)@example\.com$" });
        });
        await using Apache apache = await StartApacheAsync(wiki);

        Assert.Equal(user, Sight.Of(await apache.SendAsync(Get("/staff/closed", sent))).User);
    }

    [Fact]
    public async Task Fifty_first_requests_at_once_make_one_user_and_are_all_answered_as_that_user()
    {
        // Whoever makes the user waits until all fifty have heard that there is none, and itself once more.
        var users = new UserStore { QuestionsBeforeMaking = 51 };
        await using FrontedApplication wiki = await FrontedApplication.StartAsync(users: users, provisions: true);
        await using Apache apache = await StartApacheAsync(wiki);

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => apache.SendAsync(Get("/staff/closed", "fred"))));

        Assert.All(answers, answer => Assert.Equal("fred", Sight.Of(answer).User));
        PreAuthenticatedUser made = Assert.Single(users.Made);
        Assert.Equal(("fred", FrontedApplication.Scheme), (made.Name, made.Scheme));
        Assert.Equal([FredsMail, "given=Fred", "group=wiki", "group=admins"], made.Attributes.Select(claim => $"{claim.Type}={claim.Value}"));
        Assert.Empty(wiki.Warnings);

        Assert.Equal("fred", Sight.Of(await apache.SendAsync(Get("/staff/closed", "fred"))).User);
        Assert.Single(users.Made);
    }

    [Fact]
    public async Task A_request_that_hears_too_late_that_there_is_no_such_user_makes_no_second_one()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var users = new UserStore
        {
            Answering = question =>
            {
                if (question != 1) return Task.CompletedTask;
                asked.SetResult();
                return made.Task;
            },
        };
        await using FrontedApplication wiki = await FrontedApplication.StartAsync(users: users, provisions: true);
        await using Apache apache = await StartApacheAsync(wiki);

        Task<Answer> late = apache.SendAsync(Get("/staff/closed", "fred"));
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Answer early = await apache.SendAsync(Get("/staff/closed", "fred"));
        made.SetResult();

        Assert.All([early, await late], answer => Assert.Equal("fred", Sight.Of(answer).User));
        Assert.Single(users.Made);
    }

    [Fact]
    public async Task First_requests_of_several_people_at_once_make_each_of_them()
    {
        var users = new UserStore { QuestionsBeforeMaking = 40 };
        await using FrontedApplication wiki = await FrontedApplication.StartAsync(users: users, provisions: true);
        await using Apache apache = await StartApacheAsync(wiki);
        string[] names = ["fred", "root", "jürgen", "admin"];

        await Task.WhenAll(Enumerable.Range(0, 40).Select(async index =>
            Assert.Equal(names[index % 4], Sight.Of(await apache.SendAsync(Get("/staff/closed", names[index % 4]))).User)));

        Assert.Equal(names.Order(StringComparer.Ordinal), users.Made.Select(user => user.Name).Order(StringComparer.Ordinal));
        Assert.Equal("given=first_name", Assert.Single(users.Made, user => user.Name == "root").Attributes[1].ToString().Replace(": ", "=", StringComparison.Ordinal));
    }

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
        Assert.All(wiki.Refusals, line => Assert.Contains("from 127.0.0.2 by 'front': SYSTEM. The front let a header pass that spells", line.Message, StringComparison.Ordinal));
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
        Assert.All(wiki.Refusals, line => Assert.Contains("from 127.0.0.1 by 'front': BAD_REMOTE_IP. Only the front may send X-User", line.Message, StringComparison.Ordinal));
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

    [Theory]
    [InlineData("fred", "USER_UNKNOWN. 'fred' is known to the front and unknown here")]
    [InlineData("root", "PERMISSION_DENIED. 'root' may not log in")]
    public async Task Known_to_Apache_and_not_here_is_403_and_not_a_login_page(string name, string reason)
    {
        await using FrontedApplication wiki = await FrontedApplication.StartAsync(users: new UserStore { Denied = "root" });
        await using Apache apache = await StartApacheAsync(wiki);

        Answer closed = await apache.SendAsync(Get("/staff/closed", name));
        Answer open = await apache.SendAsync(Get("/staff/open", name));

        Assert.Equal((403, null), (closed.Status, closed["Location"]));
        Assert.Null(Sight.Of(open).User);
        Assert.Equal(2, wiki.Refusals.Length);
        Assert.All(wiki.Refusals, line => Assert.Contains(reason, line.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("fred", "USER_UNKNOWN")]
    [InlineData("root", "PERMISSION_DENIED")]
    public async Task In_a_chain_that_ends_at_a_login_page_it_is_403_too(string name, string code)
    {
        await using FrontedApplication wiki = await FrontedApplication.StartAsync(
            users: new UserStore { Denied = "root" },
            defaultScheme: "chain",
            also: authentication => authentication
                .AddCookie("session", options => options.LoginPath = "/login")
                .AddChain("chain", chain => chain.Try("session").Try(FrontedApplication.Scheme).ChallengeWith("session")));
        await using Apache apache = await StartApacheAsync(wiki);

        Answer known = await apache.SendAsync(Get("/staff/closed", name));
        Answer nobody = await apache.SendAsync(Get("/public/closed"));
        Answer spoofing = await wiki.SendAsync(Get("/staff/closed", null, ("X-User", name)));

        Assert.Equal((403, null), (known.Status, known["Location"]));
        Assert.Contains(code, wiki.Refusals[0].Message, StringComparison.Ordinal);
        Assert.All([nobody, spoofing], answer => Assert.Equal((302, true), (answer.Status, answer["Location"]?.Contains("/login?ReturnUrl=", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task What_Apache_writes_for_a_variable_that_is_not_set_is_nobody()
    {
        await using FrontedApplication wiki = await FrontedApplication.StartAsync(users: new UserStore("(null)"), provisions: true);
        await using Apache apache = await StartApacheAsync(wiki);

        var open = Sight.Of(await apache.SendAsync(Get("/variable/open")));

        Assert.Equal((null, "(null)"), (open.User, open["X-User"]));
        Assert.Equal(401, (await apache.SendAsync(Get("/variable/closed"))).Status);
        Assert.Empty(wiki.Warnings);
    }

    [Fact]
    public async Task An_attribute_whose_variable_is_not_set_has_its_default()
    {
        await using FrontedApplication wiki = await FrontedApplication.StartAsync();
        await using Apache apache = await StartApacheAsync(wiki);

        var fred = Sight.Of(await apache.SendAsync(Get("/variable-attribute/closed", "fred")));

        Assert.Equal("(null)", fred["MELLON_mail"]);
        Assert.Contains(NoMail, fred.Claims);
    }

    [Fact]
    public async Task An_empty_header_is_nobody()
    {
        var users = new UserStore();
        await using FrontedApplication wiki = await FrontedApplication.StartAsync(users: users, provisions: true);
        await using Apache apache = await StartApacheAsync(wiki);

        var open = Sight.Of(await apache.SendAsync(Get("/empty/open")));

        Assert.Equal((null, ""), (open.User, open["X-User"]));
        Assert.Equal(401, (await apache.SendAsync(Get("/empty/closed"))).Status);
        Assert.Empty(users.Made);
        Assert.Empty(wiki.Warnings);
    }

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
        Assert.All(wiki.Refusals, line => Assert.Contains("from 127.0.0.1 by 'front': BAD_REMOTE_IP. Only the front may send PRE-AUTH", line.Message, StringComparison.Ordinal));
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

    private static Task<FrontedApplication> StartWithCookieAsync() => FrontedApplication.StartAsync(
        options => options.Cookie = "PRE-AUTH", new UserStore("fred", "admin", "root", "jürgen", "50%41 = 1+1"));

    // Below each of these paths of the front, the application has the same pages.
    private static async Task<Apache> StartApacheAsync(FrontedApplication wiki, params string[] more)
    {
        var apache = new Apache();
        const string Basic = """
            AuthType Basic
                AuthName staff
                AuthUserFile users
                RequestHeader unset Authorization
            """;
        try
        {
            await apache.StartAsync(
                $$$"""
                ProxySourceAddress {{{FrontedApplication.FrontAddress}}}
                ProxyPass / {{{wiki.Origin}}}/
                RequestHeader unset X-User early
                RequestHeader unset MELLON_mail early
                RequestHeader unset MELLON_givenName early
                RequestHeader unset MELLON_groups early
                {{{string.Join('\n', more)}}}

                <Location /staff/>
                    {{{Basic}}}
                    Require valid-user
                    RequestHeader set X-User "expr=%{REMOTE_USER}"
                    RequestHeader set MELLON_mail fred@example.com "expr=%{REMOTE_USER} == 'fred'"
                    RequestHeader set MELLON_givenName Fred "expr=%{REMOTE_USER} == 'fred'"
                    RequestHeader set MELLON_givenName "" "expr=%{REMOTE_USER} != 'fred'"
                    RequestHeader set MELLON_groups "wiki; admins" "expr=%{REMOTE_USER} == 'fred'"
                </Location>

                <Location /careless/>
                    {{{Basic}}}
                    Require valid-user
                    RequestHeader set X-User admin
                    RequestHeader add X-User "expr=%{REMOTE_USER}"
                </Location>

                <Location /empty/>
                    RequestHeader set X-User "expr=%{REMOTE_USER}"
                </Location>

                <Location /variable/>
                    RequestHeader set X-User %{REMOTE_USER}e
                </Location>

                <Location /variable-attribute/>
                    {{{Basic}}}
                    Require valid-user
                    RequestHeader set X-User "expr=%{REMOTE_USER}"
                    RequestHeader set MELLON_mail %{MELLON_mail}e
                </Location>

                <Location /cookie/>
                    {{{Basic}}}
                    <RequireAll>
                        Require valid-user
                        Require expr "%{REMOTE_USER} !~ /;/"
                    </RequireAll>
                    RequestHeader edit* Cookie "(?i)(^|[;,])\s*PRE[^a-z0-9;,=]AUTH\s*(=[^;,]*)?(?=[;,]|$)" "$1"
                    RequestHeader add Cookie "expr=PRE-AUTH=%{escape:%{REMOTE_USER}}"
                </Location>

                <Location /careless-cookie/>
                    {{{Basic}}}
                    Require valid-user
                    RequestHeader add Cookie "expr=PRE-AUTH=%{escape:%{REMOTE_USER}}"
                </Location>
                """,
                "fred", "root", "admin", "jürgen", "50%41 = 1+1", "admin;fred", "admin,fred", "EXAMPLE\\fred", "fred@example.com", "EXAMPLE\\admin@example.com");
            return apache;
        }
        catch
        {
            await apache.DisposeAsync();
            throw;
        }
    }

    private static string Get(string path, string? name = null, params (string Name, string Value)[] headers)
    {
        var all = headers.Select(header => KeyValuePair.Create(header.Name, header.Value)).ToList();
        if (name is not null) all.Add(new("Authorization", PasswordFile.AuthorizationOf(name)));
        return RawHttp.Request($"GET {path}", "wiki.example.com", all);
    }

    private static void AssertNobody(Sight seen)
    {
        Assert.Null(seen.User);
        Assert.Empty(seen.Claims);
        Assert.Empty(seen.OfTheFront);
    }

    private static void AssertNoneSeen(FrontedApplication wiki, int requests)
    {
        Assert.Equal(requests, wiki.Seen.Length);
        Assert.All(wiki.Seen, seen => Assert.Empty(Sight.OfTheFrontAmong(seen.Headers)));
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
