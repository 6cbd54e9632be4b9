using TrustedApps;
using TrustedApps.Keys;

namespace Demo;

/// <summary>The other ways to be somebody at the tracker: each link of its chain answers, spoofs do not, and the mirror serves what is listed.</summary>
internal static class Companions
{
    private const string Mail = "X-Mail";

    public static async Task ShowAsync(Pair pair, Report report)
    {
        using var visitor = new Visitor("127.0.0.1");
        using var front = new Visitor(Pair.FrontAddress);
        AssertionIssuer wiki = await pair.MakeIssuerAsync(ApplicationKeys.Load(pair.WikiKeyFile));
        await ShowChainAsync(pair, report, visitor, front, wiki);
        await ShowSpoofsAsync(pair, report, visitor, front);
        await ShowMirrorAsync(pair, report, visitor, wiki);
    }

    private static async Task ShowChainAsync(Pair pair, Report report, Visitor visitor, Visitor front, AssertionIssuer wiki)
    {
        string myself = $"{pair.TrackerUrl}/rest/api/myself", login = $"{pair.TrackerUrl}/login";
        (string loggedIn, IReadOnlyList<string> cookies) = await visitor.LogInAsync(login, "fred", pair.UserPassword);
        string session = cookies.First(cookie => cookie.StartsWith("tracker-session=", StringComparison.Ordinal));
        string rememberMe = cookies.First(cookie => cookie.StartsWith("tracker-remember-me=", StringComparison.Ordinal));

        report.Headline("Who asks: the links of the tracker's chain");
        report.Say($"The single sign-on in front is at {Pair.FrontAddress}, everybody else at 127.0.0.1.");
        report.ShowVisits(
        [
            new("Nobody", "401", await visitor.AskAsync(myself)),
            new("A trusted application, for fred", "200, fred by TrustedApps", await visitor.AskAsync(myself, wiki, "fred")),
            new("The front: barney@example.com", "200, barney by Front", await front.AskAsync(myself, ("X-User", "barney@example.com"))),
            new("The front: pebbles, who is new", "200, pebbles by Front", await front.AskAsync(myself, ("X-User", "pebbles"), (Mail, "pebbles@example.com"))),
            new("The front: dino, new, without e-mail address", "403", await front.AskAsync(myself, ("X-User", "dino"))),
            new("The front: wilma, who may not log in", "403", await front.AskAsync(myself, ("X-User", "wilma"))),
            new("The login form", "302", loggedIn),
            new("The session it gave", "200, fred by Session", await visitor.AskAsync(myself, ("Cookie", session))),
            new("The remember-me cookie alone", "200, fred by RememberMe", await visitor.AskAsync(myself, ("Cookie", rememberMe))),
            new("Basic", "200, barney by Basic", await visitor.AskAsync(myself, Visitor.Basic("barney", pair.UserPassword))),
            new("Basic, wrong password", "401", await visitor.AskAsync(myself, Visitor.Basic("barney", "guess"))),
            new("The login form, wrong password", "401", (await visitor.LogInAsync(login, "fred", "guess")).Status),
            new("The login form, sent to another path", "401", (await visitor.LogInAsync($"{pair.TrackerUrl}/rest/api/issues", "fred", pair.UserPassword)).Status),
            new("The login form, in the query", "401", await visitor.AskAsync($"{myself}?os_username=fred&os_password={pair.UserPassword}")),
        ]);
    }

    private static async Task ShowSpoofsAsync(Pair pair, Report report, Visitor visitor, Visitor front)
    {
        string myself = $"{pair.TrackerUrl}/rest/api/myself";
        report.Headline("Spoofs");
        report.ShowVisits(
        [
            new("X-User, round the front", "401", await visitor.AskAsync(myself, ("X-User", "admin"))),
            new("x_user, round the front", "401", await visitor.AskAsync(myself, ("x_user", "admin"))),
            new("X.User, round the front", "401", await visitor.AskAsync(myself, ("X.User", "admin"))),
            new("X-User and a forwarded address", "401", await visitor.AskAsync(myself, ("X-User", "admin"), ("X-Forwarded-For", Pair.FrontAddress))),
            new("x_user, let through by the front", "401", await front.AskAsync(myself, ("X-User", "barney"), ("x_user", "admin"))),
            new("X-User twice", "401", await front.AskAsync(myself, ("X-User", "barney"), ("X-User", "admin"))),
        ]);
    }

    private static async Task ShowMirrorAsync(Pair pair, Report report, Visitor visitor, AssertionIssuer wiki)
    {
        string api = $"{pair.TrackerUrl}/rest/token-auth/api";
        (_, IReadOnlyList<string> cookies) = await visitor.LogInAsync($"{pair.TrackerUrl}/login", "fred", pair.UserPassword);
        report.Headline("The mirror of the REST interface, for tokens alone");
        report.ShowVisits(
        [
            new("/rest/token-auth/api/issues, trusted application", "200, 2 issues", await visitor.AskAsync($"{api}/issues?q=release", wiki, "fred")),
            new("The same with a session", "401", await visitor.AskAsync($"{api}/issues?q=release", cookies.Select(cookie => ("Cookie", cookie)))),
            new("/rest/token-auth/api/myself, which is not listed", "404", await visitor.AskAsync($"{api}/myself", wiki, "fred")),
            new("/rest/token-auth/api/../../api/myself", "404", await visitor.AskAsync($"{api}/../../api/myself", wiki, "fred")),
            new("/rest/token-auth/api//issues", "404", await visitor.AskAsync($"{api}//issues", wiki, "fred")),
            new("/rest/token-auth/api%2Fissues", "404", await visitor.AskAsync($"{api}%2Fissues", wiki, "fred")),
            new("/rest/Token-Auth/api/issues", "404", await visitor.AskAsync($"{pair.TrackerUrl}/rest/Token-Auth/api/issues", wiki, "fred")),
        ]);
    }
}

/// <summary>A request of somebody, what it should come to, and what it came to.</summary>
internal sealed record Visit(string What, string Expected, string Answer);
