using System.Net;
using System.Text.RegularExpressions;

namespace Demo;

/// <summary>A person who logs in to the wiki and reads a page, as with a browser.</summary>
internal static partial class WikiReader
{
    public static async Task<string> ReadAsync(string wikiUrl, string user, string path)
    {
        using var browser = new HttpClient { BaseAddress = new Uri(wikiUrl) }; // keeps cookies, follows redirects
        string login = await browser.GetStringAsync("/login");
        Match token = TokenField().Match(login);
        using var form = new FormUrlEncodedContent(
        [
            new("user", user),
            new(token.Groups["name"].Value, WebUtility.HtmlDecode(token.Groups["value"].Value)),
        ]);
        using HttpResponseMessage answer = await browser.PostAsync("/login", form);
        answer.EnsureSuccessStatusCode();
        return await browser.GetStringAsync(path);
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]*)" value="(?<value>[^"]*)">""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TokenField();
}
