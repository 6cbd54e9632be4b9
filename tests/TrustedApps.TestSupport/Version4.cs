using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore;
using TrustedApps.Keys;
using TrustedApps.Replay;

namespace TrustedApps.TestSupport;

/// <summary>Version 4 in a few lines: the tracker as provider, the wiki as consumer, and requests made without the client's handler.</summary>
internal static class Version4
{
    private static readonly ConcurrentDictionary<(ApplicationKeys Keys, ApplicationKeys Provider, string BaseUrl, TimeProvider Time), AssertionIssuer> _issuers = new();

    /// <summary>The fingerprint of the tracker's only signing key.</summary>
    public static string TrackerFingerprint { get; } = FingerprintOf(TestKeys.Tracker);

    public static string FingerprintOf(ApplicationKeys keys) => Assert.Single(keys.ToCertificate().SigningKeys).Fingerprint;

    /// <summary>
    /// Starts the tracker. It trusts the wiki for everything, unless <paramref name="configure"/> adds trusts; its
    /// memory is new, unless <paramref name="memory"/> is given, or it is to have the one that AddTrustedApps makes.
    /// </summary>
    public static async Task<KestrelServer> StartAsync(
        Action<TrustedAppsOptions>? configure = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? before = null,
        Action<WebApplication>? after = null,
        Entrance entrance = Entrance.Handler,
        TimeProvider? time = null,
        IReplayCache? memory = null,
        bool hasMemory = true,
        bool mapsCertificate = true,
        HttpProtocols protocols = HttpProtocols.Http1)
    {
        var keys = new TestKeyFile(TestKeys.Tracker); // goes with the server, which looks at it while it runs
        using var wiki = new TestKeyFile(TestKeys.Wiki); // read at start-up only
        return await KestrelServer.StartAsync(
            (builder, origin) =>
            {
                if (time is not null) builder.Services.AddSingleton(time);
                if (hasMemory) builder.Services.AddSingleton(memory ?? NewMemory(time));
                builder.Services.AddAuthorization();
                builder.Services.AddAuthentication(TrustedAppsDefaults.AuthenticationScheme).AddTrustedApps(options =>
                {
                    options.Keys = keys.Path;
                    configure?.Invoke(options);
                    if (options.BaseUrls.Count == 0) options.BaseUrls.Add(origin);
                    if (options.Applications.Count == 0) options.Applications.Add(Trust());
                    foreach (TrustedApplicationOptions trust in options.Applications.Where(trust => trust.CertificateFile == "wiki")) trust.CertificateFile = wiki.CertificatePath;
                });
                services?.Invoke(builder.Services);
            },
            app =>
            {
                before?.Invoke(app);
                app.UseRouting();
                Enter(app, entrance);
                app.UseAuthorization();
                after?.Invoke(app);
                TestProvider.MapWho(app);
                app.Map("/claims", Claims);
                app.Map("/echo/{**path}", EchoAsync);
                if (mapsCertificate) app.MapTrustedAppCertificate();
            },
            protocols,
            keys);
    }

    /// <summary>A memory that has nothing to fear from the time before.</summary>
    public static InMemoryReplayCache NewMemory(TimeProvider? time = null) => new(new InMemoryReplayCacheOptions { IsNewInstallation = true }, time);

    /// <summary>A trust in the wiki by its certificate file: every address, every URL.</summary>
    public static TrustedApplicationOptions Trust(Action<TrustedApplicationOptions>? configure = null)
    {
        var trust = new TrustedApplicationOptions { CertificateFile = "wiki", Addresses = { "*" }, Urls = { "*" } };
        configure?.Invoke(trust);
        return trust;
    }

    /// <summary>Headers for a path and query of the tracker, on behalf of fred by the wiki unless something else is said.</summary>
    public static AssertionHeaders Issue(
        string baseUrl,
        string path,
        string? user = "fred",
        string method = "GET",
        ContentBinding content = default,
        ApplicationKeys? keys = null,
        TimeProvider? time = null,
        ApplicationKeys? provider = null) => IssuerOf(keys ?? TestKeys.Wiki, provider ?? TestKeys.Tracker, baseUrl, time ?? TimeProvider.System).Issue(user, OriginOf(baseUrl) + path, method, content);

    /// <summary>A trusted request for a path of this server; content is bound as it is.</summary>
    public static HttpRequestMessage Trusted(
        this KestrelServer server,
        string path,
        string? user = "fred",
        HttpMethod? method = null,
        byte[]? content = null,
        string? contentType = null,
        ApplicationKeys? keys = null,
        TimeProvider? time = null,
        ApplicationKeys? provider = null)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Get, server.Origin + path);
        if (content is not null) request.Content = new ByteArrayContent(content);
        if (contentType is not null) request.Content!.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return request.With(Issue(server.Origin, path, user, request.Method.Method, ContentBinding.Of(content, contentType), keys, time, provider));
    }

    /// <summary>A trusted request as text, with more header fields and content as given.</summary>
    public static Task<Answer> SendRawAsync(
        this KestrelServer server, string requestLine, AssertionHeaders headers, string content = "", params IEnumerable<KeyValuePair<string, string>> more) =>
        RawHttp.SendAsync(server.EndPoint, RawHttp.Request(requestLine, server.EndPoint.ToString(), [.. headers.Enumerate(), .. more]) + content);

    /// <summary>The binding of content without type.</summary>
    public static ContentBinding Bind(string content, string? type = null) => ContentBinding.Of(Encoding.Latin1.GetBytes(content), type);

    private static void Enter(WebApplication app, Entrance entrance)
    {
        if (entrance == Entrance.Handler)
        {
            app.UseAuthentication();
            return;
        }

        ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true; // or WebApplication would put UseAuthentication in front
        app.UseTrustedApps();
    }

    private static AssertionIssuer IssuerOf(ApplicationKeys keys, ApplicationKeys provider, string baseUrl, TimeProvider time) => _issuers.GetOrAdd(
        (keys, provider, baseUrl, time),
        static made => new AssertionIssuer(made.Keys, made.Provider.ToCertificate(), BaseUrl.Parse(made.BaseUrl), made.Time));

    private static string OriginOf(string baseUrl) => new Uri(baseUrl).GetLeftPart(UriPartial.Authority);

    private static string Claims(HttpContext context) => string.Join(
        '\n', [$"{context.User.Identity!.AuthenticationType} {context.User.Identity.IsAuthenticated}", .. context.User.Claims.Select(claim => $"{claim.Type}: {claim.Value}").Order()]);

    private static async Task EchoAsync(HttpContext context)
    {
        using var content = new MemoryStream();
        await context.Request.Body.CopyToAsync(content, context.RequestAborted);
        content.Position = 0;
        await content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
