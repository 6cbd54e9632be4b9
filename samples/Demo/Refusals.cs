using System.Net;
using TrustedApps;

namespace Demo;

/// <summary>Every way to be refused, as real requests to the tracker.</summary>
internal static class Refusals
{
    public static async Task ProvokeAsync(Pair pair, Report report)
    {
        var wiki = new AssertionIssuer(pair.WikiKeys);
        var anHourAgo = new AssertionIssuer(pair.WikiKeys, time: new ClockBehind(TimeSpan.FromHours(1)));
        var stranger = new AssertionIssuer(Outsiders.Named("stranger:1"));
        var impostor = new AssertionIssuer(Outsiders.Named(pair.WikiKeys.Id));
        var stray = new AssertionIssuer(Outsiders.Stray);
        string issues = $"{pair.TrackerUrl}/rest/api/issues?q=release";
        string frontPage = $"{pair.TrackerUrl}/";

        Attempt[] attempts =
        [
            new("Nothing wrong", null, "fred", wiki, issues),
            new("Unknown application", "APP_UNKNOWN", "fred", stranger, issues),
            new("Unknown user", "USER_UNKNOWN", "mallory", wiki, issues),
            new("User who may not log in", "PERMISSION_DENIED", "wilma", wiki, issues),
            new("Expired", "OLD_CERT", "fred", anHourAgo, issues),
            new("Wrong address", "BAD_REMOTE_IP", "fred", stray, issues),
            new("Wrong URL", "BAD_URL", "fred", wiki, frontPage),
            new("Wrong method", "BAD_METHOD", "fred", wiki, issues) { Method = HttpMethod.Post },
            new("Wrong key", "BAD_SIGNATURE", "fred", impostor, issues),
            new("Signed for another URL", "BAD_SIGNATURE", "fred", wiki, issues) { SignedUrl = issues + "&x=1" },
        ];

        report.Headline("Refusals");
        report.Say($"Requests to {pair.TrackerUrl}, and the answers as received:");
        using var http = new HttpClient(TrustedAppHandler.CreateInnerHandler());
        var answers = new List<Answer>();
        foreach (Attempt attempt in attempts) answers.Add(await SendAsync(http, attempt));

        report.ShowAnswers(answers);
        foreach (Answer answer in answers) report.Expect(answer.IsAsExpected, $"{answer.Attempt.What}: {answer.Expected}");
    }

    private static async Task<Answer> SendAsync(HttpClient http, Attempt attempt)
    {
        using var request = new HttpRequestMessage(attempt.Method, attempt.Url);
        AssertionHeaders headers = attempt.Issuer.Issue(attempt.User, attempt.SignedUrl ?? attempt.Url);
        foreach ((string name, string value) in headers.Enumerate()) request.Headers.TryAddWithoutValidation(name, value);

        using HttpResponseMessage response = await http.SendAsync(request);
        return new Answer(attempt, response.StatusCode, Find(response, Answer.StatusHeader), Find(response, Answer.ErrorHeader));
    }

    private static string Find(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out IEnumerable<string>? values) ? string.Join(", ", values) : "";

    private sealed class ClockBehind(TimeSpan lag) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - lag;
    }
}

/// <summary>A request, and the code that it is to be refused with; null when it is a good one.</summary>
internal sealed record Attempt(string What, string? Code, string User, AssertionIssuer Issuer, string Url)
{
    public HttpMethod Method { get; init; } = HttpMethod.Get;

    public string? SignedUrl { get; init; }
}

/// <summary>What came back.</summary>
internal sealed record Answer(Attempt Attempt, HttpStatusCode HttpStatus, string Status, string Error)
{
    public const string StatusHeader = "X-Seraph-Trusted-App-Status";
    public const string ErrorHeader = "X-Seraph-Trusted-App-Error";

    public string Expected => Attempt.Code is null ? "200, OK" : $"401, ERROR, {Attempt.Code}";

    public bool IsAsExpected => Attempt.Code is null
        ? (HttpStatus, Status, Error) is (HttpStatusCode.OK, "OK", "")
        : (HttpStatus, Status) is (HttpStatusCode.Unauthorized, "ERROR") && Error.StartsWith($"{Attempt.Code};\t", StringComparison.Ordinal);
}
