using System.Net;
using System.Text.RegularExpressions;

namespace TrustedApps.Admin.Tests;

/// <summary>A browser without a screen: keeps cookies, and sends forms as they stand in pages.</summary>
internal sealed class AdminClient : IDisposable
{
    private readonly AdminHost _host;
    private readonly HttpClient _http;

    public AdminClient(AdminHost host, string? user)
    {
        _host = host;
        var cookies = new CookieContainer();
        if (user is not null) cookies.Add(new Uri(host.Origin), new Cookie("user", user));
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies, UseProxy = false });
    }

    public async Task<Answer> GetAsync(string path)
    {
        using HttpResponseMessage response = await _http.GetAsync(_host.Pages + path, TestContext.Current.CancellationToken);
        return await Answer.OfAsync(response);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using HttpResponseMessage response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.OfAsync(response);
    }

    /// <summary>Posts fields; with the token of a page, unless there is to be none.</summary>
    public async Task<Answer> PostAsync(string path, IEnumerable<(string, string)> fields, bool hasToken = true)
    {
        List<KeyValuePair<string, string>> content = [.. fields.Select(field => KeyValuePair.Create(field.Item1, field.Item2))];
        if (hasToken) content.Add(KeyValuePair.Create("__RequestVerificationToken", TokenIn((await GetAsync("/add")).Body)));
        using var form = new FormUrlEncodedContent(content);
        using HttpResponseMessage response = await _http.PostAsync(_host.Pages + path, form, TestContext.Current.CancellationToken);
        return await Answer.OfAsync(response);
    }

    public static string FieldIn(string html, string name) =>
        WebUtility.HtmlDecode(Regex.Match(html, $"name=\"{name}\"[^>]*value=\"([^\"]*)\"", RegexOptions.None, TimeSpan.FromSeconds(5)).Groups[1].Value);

    public void Dispose() => _http.Dispose();

    private static string TokenIn(string html) => FieldIn(html, "__RequestVerificationToken");
}
