using System.Collections.Concurrent;
using System.Text;
using TrustedApps.Keys;

namespace TrustedApps.TestSupport;

/// <summary>Trusted requests made without the handler, so that everything of them can be changed.</summary>
internal static class TrustedRequests
{
    private static readonly ConcurrentDictionary<(ApplicationKeys Keys, ProtocolVersion Version, TimeProvider Time), AssertionIssuer> _issuers = new();

    private static readonly HttpClient _utf8Client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
    });

    /// <summary>A client that adds nothing, follows nothing and keeps nothing.</summary>
    public static HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    /// <summary>Headers for a URL, on behalf of fred by the wiki in version 3 unless something else is said.</summary>
    public static AssertionHeaders Issue(string url, string user = "fred", ProtocolVersion? version = null, ApplicationKeys? keys = null, TimeProvider? time = null) =>
        _issuers.GetOrAdd(
            (keys ?? TestKeys.Wiki, version ?? ProtocolVersion.Atlassian3, time ?? TimeProvider.System),
            static made => new AssertionIssuer(made.Keys, LegacyProtocols.Find(made.Version), postDate: false, time: made.Time))
            .Issue(user, url);

    /// <summary>A trusted request for a path of this server.</summary>
    public static HttpRequestMessage Request(
        this KestrelServer server,
        string path,
        string user = "fred",
        ProtocolVersion? version = null,
        ApplicationKeys? keys = null,
        HttpMethod? method = null,
        TimeProvider? time = null) =>
        new HttpRequestMessage(method ?? HttpMethod.Get, server.Origin + path).With(Issue(server.Origin + path, user, version, keys, time));

    public static HttpRequestMessage With(this HttpRequestMessage request, AssertionHeaders headers)
    {
        foreach ((string name, string value) in headers.Enumerate()) request.With(name, value);
        return request;
    }

    /// <summary>Sets a header, whatever it was.</summary>
    public static HttpRequestMessage With(this HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    public static async Task<Answer> SendAsync(this HttpRequestMessage request)
    {
        using (request)
        {
            using HttpResponseMessage response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
            return await Answer.OfAsync(response);
        }
    }

    /// <summary>Sends a request whose header values are UTF-8.</summary>
    public static async Task<Answer> SendAsUtf8Async(this HttpRequestMessage request)
    {
        using (request)
        {
            using HttpResponseMessage response = await _utf8Client.SendAsync(request, TestContext.Current.CancellationToken);
            return await Answer.OfAsync(response);
        }
    }

    /// <summary>An ordinary request.</summary>
    public static Task<Answer> GetAsync(this KestrelServer server, string path) =>
        new HttpRequestMessage(HttpMethod.Get, server.Origin + path).SendAsync();

    /// <summary>A trusted request on behalf of fred by the wiki in version 3.</summary>
    public static Task<Answer> GetTrustedAsync(this KestrelServer server, string path, TimeProvider? time = null) => server.Request(path, time: time).SendAsync();
}
