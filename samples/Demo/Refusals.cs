using TrustedApps;
using TrustedApps.Keys;
using TrustedApps.Legacy;

namespace Demo;

/// <summary>The ways to be refused, as real requests to the tracker.</summary>
internal static class Refusals
{
    public static async Task ProvokeAsync(Pair pair, Report report)
    {
        ApplicationKeys wikiKeys = ApplicationKeys.Load(pair.WikiKeyFile);
        AssertionIssuer wiki = await pair.MakeIssuerAsync(wikiKeys);
        AssertionIssuer anHourAgo = await pair.MakeIssuerAsync(wikiKeys, new ClockBehind(TimeSpan.FromHours(1)));
        AssertionIssuer elsewhere = await pair.MakeIssuerAsync(wikiKeys, baseUrl: "https://other.example");
        AssertionIssuer stranger = await pair.MakeIssuerAsync(Outsiders.Named("stranger:1"));
        AssertionIssuer impostor = await pair.MakeIssuerAsync(Outsiders.Named(wikiKeys.Id));
        AssertionIssuer stray = await pair.MakeIssuerAsync(Outsiders.Stray);
        var downgraded = new AssertionIssuer(wikiKeys, LegacyProtocols.Atlassian3);
        string issues = $"{pair.TrackerUrl}/rest/api/issues?q=release";
        byte[] summary = """{"summary":"Water the plants"}"""u8.ToArray();

        Attempt[] attempts =
        [
            new("Nothing wrong", null, "fred", wiki, issues),
            new("Nothing wrong, with content", null, "fred", wiki, issues) { Method = HttpMethod.Post, Content = summary },
            new("Sent twice", "REPLAYED", "fred", wiki, issues) { Times = 2 },
            new("Content changed on the way", "BAD_DIGEST", "fred", wiki, issues) { Method = HttpMethod.Post, Content = summary, SentContent = """{"summary":"Sell the plants!"}"""u8.ToArray() },
            new("Made for another URL", "BAD_SIGNATURE", "fred", wiki, issues) { SignedUrl = issues + "&x=1" },
            new("Made for another provider's URL", "BAD_AUDIENCE", "fred", elsewhere, issues),
            new("Unknown application", "APP_UNKNOWN", "fred", stranger, issues),
            new("Somebody else's keys", "BAD_GRANT", "fred", impostor, issues),
            new("Unknown user", "USER_UNKNOWN", "mallory", wiki, issues),
            new("User who may not log in", "PERMISSION_DENIED", "wilma", wiki, issues) { Status = 403 },
            new("Expired", "OLD_CERT", "fred", anHourAgo, issues),
            new("Wrong address", "BAD_REMOTE_IP", "fred", stray, issues),
            new("Wrong URL", "BAD_URL", "fred", wiki, $"{pair.TrackerUrl}/"),
            new("Wrong method", "BAD_METHOD", "fred", wiki, issues) { Method = HttpMethod.Delete },
            new("Older version than the trust accepts", "BAD_PROTOCOL_VERSION", "fred", downgraded, issues),
        ];

        report.Headline("Refusals");
        report.Say($"Requests to {pair.TrackerUrl}, and the answers as received:");
        await ShowAsync(attempts, report);
    }

    public static async Task ServeOldPeerAsync(Pair pair, Report report)
    {
        var old = new AssertionIssuer(Outsiders.Old, LegacyProtocols.Atlassian3);
        report.Headline("An old peer, still served");
        report.Say($"{Outsiders.Old.Id} speaks version 3 and has a trust of its own, with reading alone:");
        await ShowAsync(
        [
            new("Version 3", null, "barney", old, $"{pair.TrackerUrl}/rest/api/issues?q=release"),
            new("Version 3, not reading", "BAD_METHOD", "barney", old, $"{pair.TrackerUrl}/rest/api/issues?q=release") { Method = HttpMethod.Post },
        ], report);
    }

    private static async Task ShowAsync(Attempt[] attempts, Report report)
    {
        var answers = new List<Answer>();
        foreach (Attempt attempt in attempts) answers.Add(await Sender.SendAsync(attempt));
        report.ShowAnswers(answers);
        foreach (Answer answer in answers) report.Expect(answer.IsAsExpected, $"{answer.Attempt.What}: {answer.Expected}");
    }

    private sealed class ClockBehind(TimeSpan lag) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - lag;
    }
}
