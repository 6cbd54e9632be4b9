using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using TrustedApps;

namespace Demo;

/// <summary>A client at one address of this machine. It keeps no cookies, follows no redirects and sends URLs as they are written.</summary>
internal sealed class Visitor(string address) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), port: 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    /// <summary>What comes of a request: the status, and who the tracker takes the visitor for, if it says so.</summary>
    public async Task<string> AskAsync(string url, params IEnumerable<(string Name, string Value)> headers)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, url, content: null, headers);
        string status = $"{(int)response.StatusCode}";
        if (response.StatusCode != HttpStatusCode.OK) return status;

        using JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return answer.RootElement is { ValueKind: JsonValueKind.Object } myself
            ? $"{status}, {myself.GetProperty("name").GetString()} by {myself.GetProperty("authenticationScheme").GetString()}"
            : $"{status}, {answer.RootElement.GetArrayLength()} issues";
    }

    /// <summary>Asks with the headers that an issuer makes for the URL.</summary>
    public async Task<string> AskAsync(string url, AssertionIssuer issuer, string user)
    {
        AssertionHeaders headers = await issuer.IssueAsync(user, url, HttpMethod.Get.Method, ContentBinding.Of([], contentType: null));
        return await AskAsync(url, headers.Enumerate().Select(header => (header.Key, header.Value)));
    }

    /// <summary>Sends a login form: the status, and the cookies that come back.</summary>
    public async Task<(string Status, IReadOnlyList<string> Cookies)> LogInAsync(string url, string user, string password)
    {
        using var form = new FormUrlEncodedContent([new("os_username", user), new("os_password", password), new("os_cookie", "true")]);
        using HttpResponseMessage response = await SendAsync(HttpMethod.Post, url, form, []);
        IEnumerable<string> cookies = response.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? set) ? set : [];
        return ($"{(int)response.StatusCode}", [.. cookies.Select(cookie => cookie.Split(';')[0]).Where(cookie => !cookie.EndsWith('='))]);
    }

    public static (string Name, string Value) Basic(string user, string password) =>
        ("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}");

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string url, HttpContent? content, IEnumerable<(string Name, string Value)> headers)
    {
        var target = new Uri(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(method, target) { Content = content };
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await _http.SendAsync(request);
    }
}
