using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.Schemes;
using TrustedApps.AspNetCore.SignIn.TokenMirror;
using TrustedApps.Conditions;

namespace TrustedApps.AspNetCore.SignIn.Tests.Schemes;

/// <summary>A scheme as an application outside writes it: by public types, it joins a chain and opens the token mirror.</summary>
public sealed class OutsideSchemeTests
{
    [Fact]
    public async Task It_authenticates_in_a_chain_and_on_the_mirror()
    {
        await using KestrelServer server = await StartAsync();

        Assert.Equal((200, "fred"), await SendAsync(server, "/rest/api/who", "fred"));
        Assert.Equal((200, "fred"), await SendAsync(server, "/rest/token-auth/api/who", "fred"));
    }

    [Theory]
    [InlineData("nobody", 403, "USER_UNKNOWN")]
    [InlineData("dan", 403, "PERMISSION_DENIED")]
    public async Task Its_code_reaches_the_chain_and_it_answers_the_challenge(string name, int status, string code)
    {
        await using KestrelServer server = await StartAsync();

        Assert.Equal((status, code), await SendAsync(server, "/rest/api/who", name));
        Assert.Contains(server.Logs.Lines, line => line.Event.Name == "LinksFailed" && line.Message.EndsWith($"Key: {code}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Elsewhere_and_without_its_header_it_has_no_result()
    {
        await using KestrelServer server = await StartAsync();

        Assert.Equal(401, (await SendAsync(server, "/other/who", "fred")).Status);
        Assert.Equal(401, (await SendAsync(server, "/rest/api/who", null)).Status);
    }

    private static async Task<(int Status, string Body)> SendAsync(KestrelServer server, string path, string? name)
    {
        using var client = new HttpClient { BaseAddress = new Uri(server.Origin) };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (name is not null) request.Headers.Add("X-Key", name);
        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static Task<KestrelServer> StartAsync() => KestrelServer.StartAsync(
        (builder, _) =>
        {
            builder.Services.AddSingleton(UserResolvers.List(["fred"], ["dan"]));
            builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder("Chain").RequireAuthenticatedUser().Build());
            builder.Services.AddAuthentication("Chain")
                .AddScheme<AuthenticationSchemeOptions, KeyHandler>("Key", null)
                .AddChain("Chain", chain => chain.Try("Key"))
                .AddTokenMirror(options =>
                {
                    options.Schemes.Add("Key");
                    options.Entries.Add(new TokenMirrorEntry { Path = "/rest/token-auth/api/who" });
                });
        },
        app =>
        {
            app.UseTokenMirror();
            app.UseAuthentication();
            app.UseAuthorization();
            app.MapGet("/rest/api/who", context => context.Response.WriteAsync(context.User.Identity?.Name ?? ""));
            app.MapGet("/other/who", context => context.Response.WriteAsync(context.User.Identity?.Name ?? ""));
        });

    private sealed class KeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder), ITokenScheme
    {
        private static readonly AddressCondition _addresses = new(["127.0.0.1", "::1"]);
        private static readonly UrlCondition _paths = new(["/rest"]);
        private static readonly AuthenticateResult _unknown = Reject(RejectionCodes.UserUnknown);
        private static readonly AuthenticateResult _denied = Reject(RejectionCodes.PermissionDenied);

        protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            IncomingRequest request = RequestReader.Read(Context);
            if (Request.Headers["X-Key"] is not [{ } name] || !_paths.Allows(request)) return AuthenticateResult.NoResult();
            if (!_addresses.Allows(request.RemoteAddress)) return Reject(RejectionCodes.BadRemoteAddress);

            IUserResolver users = Context.RequestServices.GetUserResolver(Scheme.Name);
            UserResolution user = await users.ResolveAsync(name, Scheme.Name, Context.RequestAborted);
            if (user.Status != UserStatus.Known) return user.Status == UserStatus.Unknown ? _unknown : _denied;

            var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, user.Name!)], Scheme.Name);
            return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
        }

        protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
        {
            AuthenticateResult result = await HandleAuthenticateOnceSafeAsync();
            Response.StatusCode = result.Failure is null ? 401 : 403;
            if (result.Failure is RejectedException rejected) await Response.WriteAsync(rejected.Code);
        }

        private static AuthenticateResult Reject(string code) =>
            AuthenticateResult.Fail(new RejectedException(code, answersChallenge: true));
    }
}
