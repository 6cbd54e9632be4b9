using System.Collections.Concurrent;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace TrustedApps.AspNetCore.SignIn.Tests.Chain;

/// <summary>What a link says of each request.</summary>
public sealed class LinkOptions : AuthenticationSchemeOptions
{
    public Func<HttpContext, AuthenticateResult> Answer { get; set; } = _ => AuthenticateResult.NoResult();
}

/// <summary>An ordinary scheme that writes down when it is asked, and says which scheme answered a challenge.</summary>
internal sealed class Link(IOptionsMonitor<LinkOptions> options, ILoggerFactory loggers, UrlEncoder encoder, Link.Journal journal)
    : AuthenticationHandler<LinkOptions>(options, loggers, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        journal.Enqueue(Scheme.Name);
        await Task.Yield();
        return Options.Answer(Context);
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => SayAsync(StatusCodes.Status401Unauthorized);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => SayAsync(StatusCodes.Status403Forbidden);

    private Task SayAsync(int status)
    {
        Response.StatusCode = status;
        return Response.WriteAsync($"{Scheme.Name} answers");
    }

    /// <summary>Which links were asked, in their order.</summary>
    internal sealed class Journal : ConcurrentQueue<string>;
}

/// <summary>Schemes for chains, and a server with a chain as its default scheme.</summary>
internal static class Links
{
    public static Task<KestrelServer> StartAsync(
        Action<AuthenticationBuilder> schemes,
        Action<WebApplication>? map = null,
        Action<IServiceCollection>? services = null,
        string defaultScheme = "Chain") => KestrelServer.StartAsync(
            (builder, _) =>
            {
                builder.Services.AddSingleton<Link.Journal>();
                builder.Services.AddAuthorization();
                schemes(builder.Services.AddAuthentication(defaultScheme));
                services?.Invoke(builder.Services);
            },
            app =>
            {
                map?.Invoke(app);
                TestProvider.MapWho(app);
                app.MapGet("/failures", async context => await context.Response.WriteAsync(await DescribeAsync(context, "Chain")));
            });

    public static AuthenticationBuilder Answers(this AuthenticationBuilder schemes, string scheme, Func<HttpContext, AuthenticateResult> answer) =>
        schemes.AddScheme<LinkOptions, Link>(scheme, options => options.Answer = answer);

    public static AuthenticationBuilder Succeeds(this AuthenticationBuilder schemes, string scheme) => schemes.Answers(scheme, _ => Success(scheme));

    public static AuthenticationBuilder Fails(this AuthenticationBuilder schemes, string scheme) => schemes.Answers(scheme, _ => AuthenticateResult.Fail($"no {scheme}"));

    public static AuthenticationBuilder IsSilent(this AuthenticationBuilder schemes, string scheme) => schemes.Answers(scheme, _ => AuthenticateResult.NoResult());

    /// <summary>A user whose name is that of the scheme.</summary>
    public static AuthenticateResult Success(string scheme) =>
        AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, scheme)], scheme)), scheme));

    /// <summary>Which links were asked since the last question.</summary>
    public static string Asked(this KestrelServer server)
    {
        var journal = server.Services.GetRequiredService<Link.Journal>();
        string asked = string.Join(' ', journal);
        journal.Clear();
        return asked;
    }

    /// <summary>What came of a chain.</summary>
    public static async Task<string> DescribeAsync(HttpContext context, string scheme)
    {
        AuthenticateResult result = await context.AuthenticateAsync(scheme);
        string outcome = result.None ? "none" : result.Ticket?.AuthenticationScheme ?? $"failure {result.Failure!.Message}";
        return string.Join("; ", [outcome, .. result.GetChainFailures().Select(failure => $"{failure.Scheme}: {failure.Failure.Message}")]);
    }
}
