using System.Diagnostics;
using TrustedApps;
using TrustedApps.Certificates;
using TrustedApps.Keys;

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
        await WaitUntilServedAsync(pair.WikiUrl, rotated);
        report.Say($"From now on with     {Describe(rotated)}");

        AssertionIssuer wiki = await pair.MakeIssuerAsync(rotated);
        string issues = $"{pair.TrackerUrl}/rest/api/issues?q=release";
        Answer first = await Sender.SendAsync(new Attempt("First request with the new key", "BAD_GRANT", "fred", wiki, issues));
        Answer answer = await TryUntilAcceptedAsync(new Attempt("After the tracker has fetched the certificate", null, "fred", wiki, issues));

        report.ShowAnswers([first, answer]);
        report.Say("The old key, which the tracker trusts, vouches for the new one: both sign the wiki's certificate.");
        report.Say("This tracker has CertificateHold 0. By default a new key counts after a day of hourly checks that find it.");
        report.Expect(first.IsAsExpected, $"{first.Attempt.What}: {first.Expected}");
        report.Expect(answer.IsAsExpected, $"{answer.Attempt.What}: {answer.Expected}");
    }

    // The wiki looks at its key file every five seconds. The tracker must not ask for the certificate before: it would
    // ask again only after five minutes.
    private static async Task WaitUntilServedAsync(string url, ApplicationKeys keys)
    {
        using var client = new CertificateClient();
        var watch = Stopwatch.StartNew();
        while ((await client.FetchAsync(new Uri(url))).SigningKeys.All(key => key.Fingerprint != Describe(keys)))
        {
            if (watch.Elapsed > _patience) throw new TimeoutException("The wiki has not noticed its new keys.");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
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
