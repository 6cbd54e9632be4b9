using System.Diagnostics;
using TrustedApps;

namespace Demo;

/// <summary>The wiki changes its keys, and nobody at the tracker does anything.</summary>
internal static class Rotation
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    public static async Task ShowAsync(Pair pair, Report report)
    {
        report.Headline("New keys, without an administrator");
        ApplicationKeys keys = ApplicationKeys.Load(pair.WikiKeyFile);
        report.Say($"The wiki signs with {Describe(keys)}");
        ApplicationKeys rotated = keys.PublishNext(DateTimeOffset.UtcNow).Rotate(DateTimeOffset.UtcNow);
        rotated.Replace(pair.WikiKeyFile);
        await pair.RestartWikiAsync();
        report.Say($"From now on with     {Describe(rotated)}");

        AssertionIssuer wiki = pair.Issuer(rotated);
        string issues = $"{pair.TrackerUrl}/rest/api/issues?q=release";
        Answer first = await Sender.SendAsync(new Attempt("First request with the new key", "BAD_GRANT", "fred", wiki, issues));
        Answer answer = await TryUntilAcceptedAsync(new Attempt("After the tracker has fetched the certificate", null, "fred", wiki, issues));

        report.ShowAnswers([first, answer]);
        report.Say("The old key, which the tracker trusts, vouches for the new one: both sign the wiki's certificate.");
        report.Expect(first.IsAsExpected, $"{first.Attempt.What}: {first.Expected}");
        report.Expect(answer.IsAsExpected, $"{answer.Attempt.What}: {answer.Expected}");
    }

    private static async Task<Answer> TryUntilAcceptedAsync(Attempt attempt)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            Answer answer = await Sender.SendAsync(attempt);
            if (answer.IsAsExpected || watch.Elapsed > _patience) return answer;
            await Task.Delay(TimeSpan.FromMilliseconds(50)); // the tracker fetches while nobody waits
        }
    }

    private static string Describe(ApplicationKeys keys) =>
        keys.Keys.First(key => key is { Use: KeyUse.Signature, Status: KeyStatus.Current }).PublicKey.Fingerprint;
}
