using System.Net;
using System.Text.RegularExpressions;

namespace Demo;

/// <summary>Two people read the same page of the wiki, as with two browsers.</summary>
internal static partial class TwoReaders
{
    public static async Task ShowAsync(Pair pair, Report report)
    {
        report.Headline("One page, two readers");
        string[] fred = await ReadRoadmapAsync(pair.WikiUrl, "fred");
        string[] barney = await ReadRoadmapAsync(pair.WikiUrl, "barney");
        report.Say($"On {pair.WikiUrl}/pages/roadmap");
        Show("fred", fred);
        Show("barney", barney);

        bool differ = fred.Except(barney, StringComparer.Ordinal).Any() && barney.Except(fred, StringComparer.Ordinal).Any();
        report.Say(differ ? "They see different issues." : "They see the same issues.");
        report.Expect(differ, "fred and barney each see an issue that the other does not.");

        void Show(string user, string[] issues)
        {
            report.Say($"{user} sees");
            foreach (string issue in issues) report.Say($"  {issue}");
        }
    }

    private static async Task<string[]> ReadRoadmapAsync(string wikiUrl, string user)
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

        string page = await browser.GetStringAsync("/pages/roadmap");
        return [.. Issue().Matches(page).Select(issue => WebUtility.HtmlDecode($"{issue.Groups["key"].Value} {issue.Groups["summary"].Value}"))];
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]*)" value="(?<value>[^"]*)">""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TokenField();

    [GeneratedRegex("<li><strong>(?<key>[^<]*)</strong> (?<summary>[^<]*)</li>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Issue();
}
