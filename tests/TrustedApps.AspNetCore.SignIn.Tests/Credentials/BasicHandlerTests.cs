using System.Net.Sockets;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore.SignIn.Credentials;

namespace TrustedApps.AspNetCore.SignIn.Tests.Credentials;

public sealed class BasicHandlerTests
{
    [Fact]
    public async Task The_right_password_logs_in()
    {
        var accounts = new Accounts();
        await using KestrelServer server = await CredentialServer.StartBasicAsync(accounts);

        Assert.Equal("fred", (await server.GetBasicAsync("fred", "secret", "/closed")).Body);
        Assert.Equal([("fred", "secret")], accounts.Asked);
        Assert.Empty(server.Codes());
    }

    [Fact]
    public async Task Another_password_does_not_and_the_challenge_names_the_realm()
    {
        await using KestrelServer server = await CredentialServer.StartBasicAsync(new Accounts(), options => options.Realm = "The wiki");

        Answer answer = await server.GetBasicAsync("fred", "guess", "/closed");

        Assert.Equal((401, "Basic realm=\"The wiki\", charset=\"UTF-8\""), (answer.Status, answer["WWW-Authenticate"]));
        Assert.Equal(["BAD_CREDENTIALS"], server.Codes());
    }

    [Fact]
    public async Task Without_credentials_nobody_is_asked_and_nothing_is_logged()
    {
        var accounts = new Accounts();
        await using KestrelServer server = await CredentialServer.StartBasicAsync(accounts);

        Assert.Equal("anonymous", (await server.GetAsync("/open")).Body);
        Assert.Equal(401, (await server.GetAsync("/closed")).Status);
        Assert.Empty(accounts.Asked);
        Assert.Empty(server.Codes());
    }

    [Theory]
    [InlineData("Bearer ZnJlZDpzZWNyZXQ=")]
    [InlineData("Basics ZnJlZDpzZWNyZXQ=")]
    [InlineData("Negotiate")]
    public async Task Another_authentication_scheme_is_none_of_ours(string authorization)
    {
        await using KestrelServer server = await CredentialServer.StartBasicAsync(new Accounts());
        Assert.Equal("anonymous", (await server.GetAsync("/open", authorization)).Body);
        Assert.Empty(server.Codes());
    }

    [Theory]
    [InlineData("basic ZnJlZDpzZWNyZXQ=")]
    [InlineData("BASIC ZnJlZDpzZWNyZXQ=")]
    public async Task The_name_of_the_scheme_is_compared_regardless_of_case(string authorization)
    {
        await using KestrelServer server = await CredentialServer.StartBasicAsync(new Accounts());
        Assert.Equal("fred", (await server.GetAsync("/open", authorization)).Body);
    }

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic  ZnJlZDpzZWNyZXQ=")] // two spaces
    [InlineData("Basic ZnJlZDpzZWNyZXQ")] // no padding
    [InlineData("Basic ZnJlZDpzZWNyZXR=")] // spare bits
    [InlineData("Basic ZnJlZDpz ZWNyZXQ=")]
    [InlineData("Basic ZnJlZDpzZWNyZXQ=, Basic ZnJlZDpzZWNyZXQ=")]
    [InlineData("Basic ZnJlZA==")] // no colon
    [InlineData("Basic ZnJl/zpzZWNyZXQ=")] // no UTF-8
    [InlineData("Basic ZnJlZAo6c2VjcmV0")] // a line feed in the name
    [InlineData("Basic ZnJlZDpzZWNyZXQA")] // NUL at the end of the password
    [InlineData("Basic ZnJlZDrChXNlY3JldA==")] // a C1 control in the password
    public async Task Malformed_credentials_are_refused_before_anybody_is_asked(string authorization)
    {
        var accounts = new Accounts();
        await using KestrelServer server = await CredentialServer.StartBasicAsync(accounts);

        Assert.Equal(401, (await server.GetAsync("/closed", authorization)).Status);
        Assert.Equal(["SYSTEM"], server.Codes());
        Assert.Empty(accounts.Asked);
    }

    [Theory]
    [InlineData("Basic ZnJlZDpzZWNyZXQ=", "Basic ZnJlZDpzZWNyZXQ=")]
    [InlineData("Bearer x", "Basic ZnJlZDpzZWNyZXQ=")]
    public async Task A_header_that_is_there_twice_is_refused(string first, string second)
    {
        await using KestrelServer server = await CredentialServer.StartBasicAsync(new Accounts());

        Answer answer = await RawHttp.SendAsync(server.EndPoint, RawHttp.Request("GET /closed", "localhost", [new("Authorization", first), new("Authorization", second)]));

        Assert.Equal(401, answer.Status);
        Assert.Equal(["SYSTEM"], server.Codes());
    }

    [Fact]
    public async Task What_a_client_encodes_arrives_as_it_was_typed()
    {
        var accounts = new Accounts();
        await using KestrelServer server = await CredentialServer.StartBasicAsync(accounts, services: Unguarded);
        Gen<string> text = Gen.Elements("a", "Z", ":", " ", "=", "ä", "€", "😀", "\u00A0", "\u202E").NonEmptyListOf().Select(string.Concat);

        Prop.ForAll(text.ToArbitrary(), text.ToArbitrary(), async (name, password) =>
        {
            string userName = $"u{name.Replace(":", "", StringComparison.Ordinal)}";
            await server.GetBasicAsync(userName, password);
            Assert.Equal((userName, password), accounts.Asked.Last());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task Nothing_is_read_that_no_client_would_write()
    {
        var accounts = new Accounts();
        await using KestrelServer server = await CredentialServer.StartBasicAsync(accounts, services: Unguarded);
        Gen<string> text = Gen.Elements([.. "ABQgwZnJlOpz+/-_= \t,"]).ArrayOf().Select(characters => new string(characters));

        Prop.ForAll(text.ToArbitrary(), Gen.Choose(0, 16).ToArbitrary(), async (noise, at) =>
        {
            accounts.Asked.Clear();
            string written = $"Basic {"ZnJlZDpzZWNyZXQ=".Insert(at, noise)}".TrimEnd(' ', '\t'); // as a server reads it
            await server.GetAsync("/open", written);
            if (accounts.Asked.TryDequeue(out var read)) Assert.Equal(written, CredentialServer.Basic(read.UserName, read.Password));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.2")]
    [InlineData("127.0.0.1", "192.0.2.7")] // from a proxy on this host, by its X-Forwarded-For
    public async Task A_password_over_plain_http_is_refused_unless_that_is_allowed(string local, string remote)
    {
        var accounts = new Accounts();
        await using (KestrelServer server = await CredentialServer.StartBasicAsync(accounts, before: CredentialServer.Connection(local, remote)))
        {
            Assert.Equal("anonymous", (await server.GetBasicAsync("fred", "secret")).Body);
            Assert.Equal(["NOT_HTTPS"], server.Codes());

            Answer closed = await server.GetAsync("/closed", "none"); // or a browser would ask for a password, and send it
            Assert.Equal((403, null), (closed.Status, closed["WWW-Authenticate"]));
            Assert.Empty(accounts.Asked);
        }

        await using KestrelServer allowing = await CredentialServer.StartBasicAsync(accounts, options => options.AllowHttp = true, before: CredentialServer.Connection(local, remote));
        Assert.Equal("fred", (await allowing.GetBasicAsync("fred", "secret")).Body);
    }

    [Fact]
    public async Task Https_is_fine_from_anywhere()
    {
        await using KestrelServer server = await CredentialServer.StartBasicAsync(new Accounts(), before: app =>
        {
            CredentialServer.Connection("10.0.0.1", "192.0.2.7")(app);
            app.Use((context, next) =>
            {
                context.Request.Scheme = "https";
                return next(context);
            });
        });
        Assert.Equal("fred", (await server.GetBasicAsync("fred", "secret")).Body);
    }

    [Fact]
    public async Task Who_may_not_do_something_is_not_asked_for_another_password()
    {
        await using KestrelServer server = await CredentialServer.StartBasicAsync(
            new Accounts(), before: app => app.Map("/forbidden", branch => branch.Run(context => context.ForbidAsync("Basic"))));
        Answer answer = await server.GetBasicAsync("fred", "secret", "/forbidden");
        Assert.Equal((403, null), (answer.Status, answer["WWW-Authenticate"]));
    }

    [Fact]
    public async Task A_refusal_says_that_this_scheme_answers_the_challenge()
    {
        Exception? failure = null;
        await using KestrelServer server = await CredentialServer.StartBasicAsync(new Accounts(), before: app => app.Use(async (context, next) =>
        {
            failure = (await context.AuthenticateAsync("Basic")).Failure;
            await next(context);
        }));

        await server.GetBasicAsync("fred", "guess");

        Assert.Equal(RejectionCodes.BadCredentials, Assert.IsType<RejectedException>(failure).Code);
        Assert.DoesNotContain("guess", failure.ToString(), StringComparison.Ordinal);
    }

    private static void Unguarded(IServiceCollection services) => services.AddSingleton<ILoginGuard>(new OpenGuard());
}
