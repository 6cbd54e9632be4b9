using System.Net;
using System.Text.RegularExpressions;

namespace Samples.Tests;

/// <summary>Somebody with a browser: keeps cookies, and sends the forms that pages have.</summary>
internal sealed partial class Person : IDisposable
{
    private readonly HttpClient _browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    /// <summary>Logs in on an administrator's page.</summary>
    public Task<Answer> LogInAsAdministratorAsync(string origin, string password = SampleProcess.Password) =>
        FillInAsync($"{origin}/administrator/login", [new("password", password)]);

    /// <summary>Logs in at the wiki.</summary>
    public Task<Answer> LogInAsync(string origin, string user) => FillInAsync($"{origin}/login", [new("user", user)]);

    public Task<Answer> GetAsync(string url) => SendAsync(new HttpRequestMessage(HttpMethod.Get, url));

    /// <summary>Asks the management API for a change.</summary>
    public Task<Answer> PostAsync(string url) => SendAsync(new HttpRequestMessage(HttpMethod.Post, url) { Headers = { { "X-Requested-With", "test" } } });

    public void Dispose() => _browser.Dispose();

    private async Task<Answer> FillInAsync(string url, IEnumerable<KeyValuePair<string, string>> fields)
    {
        Answer page = await GetAsync(url);
        IEnumerable<KeyValuePair<string, string>> hidden = HiddenField().Matches(page.Body).Select(field => KeyValuePair.Create(field.Groups["name"].Value, WebUtility.HtmlDecode(field.Groups["value"].Value)));
        return await SendAsync(new HttpRequestMessage(HttpMethod.Post, url) { Content = new FormUrlEncodedContent([.. hidden, .. fields]) });
    }

    private async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using HttpResponseMessage response = await _browser.SendAsync(request, TestContext.Current.CancellationToken);
            return await Answer.OfAsync(response);
        }
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]*)" value="(?<value>[^"]*)">""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HiddenField();
}
