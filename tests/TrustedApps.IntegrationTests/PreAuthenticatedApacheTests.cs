using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;
using static TrustedApps.IntegrationTests.FrontedApache;

namespace TrustedApps.IntegrationTests;

/// <summary>Apache httpd authenticates, as mod_auth_mellon does in front of Confluence, and names the user in headers.</summary>
public sealed class PreAuthenticatedApacheTests
{
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
        TrustedProxyUser made = Assert.Single(users.Made);
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
    [InlineData("fred", "USER_UNKNOWN. 'fred' is known to the trusted proxy and unknown here")]
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
}
