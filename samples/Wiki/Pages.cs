using Microsoft.AspNetCore.Antiforgery;
using Samples;
using TrustedApps.AspNetCore;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace Wiki;

/// <summary>The pages of the wiki.</summary>
internal static class Pages
{
    private const string Roadmap =
        """
        h1. Roadmap
        What the next release still needs, read from the tracker at this moment. You see the issues that you may see there.
        h2. Release 2.0
        {issues:q=release}
        h2. Known trouble
        {issues:q=<tags>}
        """;

    private const string Plan =
        """
        h1. Plan
        Dates of the calendar that the tracker uses. You see the dates that you may see there.
        {dates}
        """;

    public static IResult ShowFront(HttpContext context, [FromKeyedServices(TrustedAppsDefaults.AuthenticationScheme)] IKeyStore keys) => Show(context, "Wiki", Html.Of(
        $"""
         <h1>A wiki that shows issues</h1>
         <p>Read the <a href="/pages/roadmap">roadmap</a>: its issues come from the tracker, asked for in your name.
         The dates of the <a href="/pages/plan">plan</a> come from the tracker, too, which asks its calendar.
         Which tracker that is, its administrator says <a href="/trusted-apps">here</a>.</p>
         <p>The wiki's certificate is at <a href="{ApplicationCertificate.Path}">{ApplicationCertificate.Path}</a>.
         Application id: <code>{keys.Keys.Id}</code>. Fingerprint, for administrators to compare: <code>{string.Join(", ", OwnApplication.FingerprintsOf(keys.Keys))}</code>.</p>
         """));

    public static IResult ShowLogin(HttpContext context, IEnumerable<string> users)
    {
        AntiforgeryTokenSet tokens = context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context);
        return Show(context, "Log in", Html.Of(
            $"""
             <h1>Who are you?</h1>
             <form method="post" action="/login">
             <input type="hidden" name="{tokens.FormFieldName}" value="{tokens.RequestToken}">
             {users.Select(user => Html.Of($"<button name=\"user\" value=\"{user}\">{user}</button>"))}
             </form>
             """));
    }

    public static async Task<IResult> ShowPageAsync(string name, HttpContext context, WikiText wikiText, CancellationToken cancellationToken)
    {
        (string title, string text) = name switch
        {
            "roadmap" => ("Roadmap", Roadmap),
            "plan" => ("Plan", Plan),
            _ => ("", ""),
        };
        if (text.Length == 0) return Results.NotFound();
        return Show(context, title, await wikiText.RenderAsync(text, context.User.Identity!.Name!, cancellationToken));
    }

    private static IResult Show(HttpContext context, string title, Html content)
    {
        Html visitor = context.User.Identity?.Name is { } user
            ? Html.Of($"Logged in as {user}. <a href=\"/login\">Change</a>")
            : Html.Of($"<a href=\"/login\">Log in</a>");
        return HtmlPage.Show(context, title, Html.Of(
            $"""
             <header><a href="/"><strong>Wiki</strong></a><span>{visitor}</span></header>
             {content}
             """));
    }
}
