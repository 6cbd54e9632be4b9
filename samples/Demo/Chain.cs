using System.Net;
using System.Text.RegularExpressions;

namespace Demo;

/// <summary>The wiki asks the tracker, and the tracker asks the calendar, which sees the whole chain.</summary>
internal static partial class Chain
{
    private const string Expected = "The calendar was asked in the name of fred by tracker:42, asked by wiki:8731.";

    public static async Task ShowAsync(Pair pair, Report report)
    {
        report.Headline("Three applications: the wiki asks the tracker, and the tracker asks the calendar");
        string page = await WikiReader.ReadAsync(pair.WikiUrl, "fred", "/pages/plan");
        report.Say($"On {pair.WikiUrl}/pages/plan fred sees");
        foreach (Match date in Date().Matches(page)) report.Say($"  {WebUtility.HtmlDecode($"{date.Groups["day"].Value} {date.Groups["what"].Value}")}");
        string chain = WebUtility.HtmlDecode(Line().Match(page).Value);
        report.Say(chain);
        report.Say("The calendar trusts the tracker, and lets it pass on what the wiki asked for. It proved its response to the tracker.");
        report.Expect(chain == Expected, Expected);
    }

    [GeneratedRegex("<li><strong>(?<day>[^<]*)</strong> (?<what>[^<]*)</li>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Date();

    [GeneratedRegex("The calendar was asked[^<]*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Line();
}
