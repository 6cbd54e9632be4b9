using System.Net;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;

namespace TrustedApps.IntegrationTests;

/// <summary>
/// An application that believes a front at 127.0.0.2. Below any path of one segment, <c>open</c> answers whoever asks
/// and <c>closed</c> needs a user; both say who asks, and which headers came.
/// </summary>
internal sealed class FrontedApplication : IAsyncDisposable
{
    /// <summary>Where the front connects from; whoever goes round it comes from 127.0.0.1.</summary>
    public const string FrontAddress = "127.0.0.2";

    public const string Scheme = "front";

    private readonly KestrelServer _server;
    private readonly RequestLog _seen;

    private FrontedApplication(KestrelServer server, RequestLog seen) => (_server, _seen) = (server, seen);

    public IPEndPoint EndPoint => _server.EndPoint;

    public string Origin => _server.Origin;

    /// <summary>The requests as the first middleware saw them.</summary>
    public SeenRequest[] Seen => _seen.Seen;

    /// <summary>Each refusal of a companion scheme.</summary>
    public LogLine[] Refusals => [.. _server.Logs.Ours.Where(line => line.Event.Name == "RefusedByScheme")];

    /// <summary>What an administrator sees, refusals too.</summary>
    public IReadOnlyCollection<LogLine> Warnings => _server.Logs.Ours;

    public static async Task<FrontedApplication> StartAsync(
        Action<TrustedProxyOptions>? configure = null,
        UserStore? users = null,
        bool provisions = false,
        Action<AuthenticationBuilder>? also = null,
        Action<IServiceCollection>? before = null,
        Action<WebApplication>? map = null,
        string defaultScheme = Scheme,
        bool dualStack = false)
    {
        var seen = new RequestLog();
        users ??= new UserStore("fred", "admin", "root", "jürgen");
        KestrelServer server = await KestrelServer.StartAsync(
            (builder, _) =>
            {
                before?.Invoke(builder.Services);
                builder.Services.AddSingleton<IUserResolver>(users);
                if (provisions) builder.Services.AddSingleton<IUserProvisioner>(users);
                AuthenticationBuilder authentication = builder.Services.AddAuthentication(defaultScheme).AddTrustedProxy(Scheme, options =>
                {
                    options.Addresses.Add(FrontAddress);
                    options.Attributes.Add(new() { Name = "MELLON_mail", ClaimType = "mail", Default = "invalid_email@noreply.com" });
                    options.Attributes.Add(new() { Name = "MELLON_givenName", ClaimType = "given", Default = "first_name" });
                    options.Attributes.Add(new() { Name = "MELLON_groups", ClaimType = "group", Separator = ';' });
                    configure?.Invoke(options);
                    if (options.Cookie is null) options.Header = "X-User";
                });
                also?.Invoke(authentication);
                builder.Services.AddAuthorization();
                builder.Services.RemoveAll<RejectionLog>(); // each refusal is a line
            },
            app =>
            {
                seen.WatchAlone(app);
                map?.Invoke(app);
                app.UseRouting();
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapGet("/{front}/open", Describe);
                app.MapGet("/{front}/closed", Describe).RequireAuthorization();
            },
            dualStack: dualStack);
        return new FrontedApplication(server, seen);
    }

    /// <summary>A request of somebody who goes round the front.</summary>
    public Task<Answer> SendAsync(string request) => RawHttp.SendAsync(EndPoint, request);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static IResult Describe(HttpContext context) => Results.Json(new Sight(
        context.User.Identity?.Name,
        context.Connection.RemoteIpAddress!.ToString(),
        [.. context.User.Claims.Where(claim => claim.Type != ClaimTypes.Name).Select(claim => $"{claim.Type}={claim.Value}")],
        context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString())));
}

/// <summary>What the application saw.</summary>
/// <param name="User">Who asked; null for nobody.</param>
/// <param name="Address">Where the request came from.</param>
/// <param name="Claims">What else is said of the user: type=value.</param>
/// <param name="Headers">The headers that it was sent.</param>
internal sealed record Sight(string? User, string Address, string[] Claims, Dictionary<string, string> Headers)
{
    /// <summary>The values of headers that are of the name X-User or of an attribute, in whatever spelling.</summary>
    public IEnumerable<string> OfTheFront => OfTheFrontAmong(Headers);

    public string? this[string name] => Headers.GetValueOrDefault(name);

    /// <summary>Takes an answer of 200 apart.</summary>
    public static Sight Of(Answer answer)
    {
        Assert.Equal(200, answer.Status);
        return JsonSerializer.Deserialize<Sight>(Encoding.Latin1.GetBytes(answer.Body), JsonSerializerOptions.Web)!;
    }

    public static IEnumerable<string> OfTheFrontAmong(IEnumerable<KeyValuePair<string, string>> headers) => headers
        .Where(header => IsOfTheFront(header.Key)).Select(header => $"{header.Key}: {header.Value}");

    // Wider than what the scheme looks for: whatever reads like it.
    private static bool IsOfTheFront(string name)
    {
        string letters = string.Concat(name.Where(char.IsAsciiLetter)).ToUpperInvariant();
        return letters == "XUSER" || letters.StartsWith("MELLON", StringComparison.Ordinal);
    }
}
