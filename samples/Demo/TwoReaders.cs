using System.Net;
using System.Text.RegularExpressions;

namespace Demo;

/// <summary>Two people read the same page of the wiki, as with two browsers.</summary>
internal static partial class TwoReaders
{
    public static async Task ShowAsync(Pair pair, Report report)
    {
        report.Headline("One page, two readers");
        string[] fred = await ReadRoadmapAsync(pair, "fred");
        string[] barney = await ReadRoadmapAsync(pair, "barney");
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

    private static async Task<string[]> ReadRoadmapAsync(Pair pair, string user)
    {
        string page = await WikiReader.ReadAsync(pair.WikiUrl, user, "/pages/roadmap");
        return [.. Issue().Matches(page).Select(issue => WebUtility.HtmlDecode($"{issue.Groups["key"].Value} {issue.Groups["summary"].Value}"))];
    }

    [GeneratedRegex("<li><strong>(?<key>[^<]*)</strong> (?<summary>[^<]*)</li>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Issue();
}
