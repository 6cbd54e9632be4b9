using Samples;
using TrustedApps.AspNetCore;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace Tracker;

internal static class FrontPage
{
    public static IResult Show(HttpContext context, [FromKeyedServices(TrustedAppsDefaults.AuthenticationScheme)] IKeyStore keys) => HtmlPage.Show(context, "Tracker", Html.Of(
        $"""
         <header><strong>Tracker</strong>{Visitor(context)}</header>
         <h1>An issue tracker for other applications</h1>
         <p>Applications that it trusts ask <code>/rest/api/issues?q=text</code> on behalf of their users, and see what these may see.
         Its administrator makes trusts <a href="/trusted-apps">here</a>.</p>
         <p>Its certificate is at <a href="{ApplicationCertificate.Path}">{ApplicationCertificate.Path}</a>.
         Application id: <code>{keys.Keys.Id}</code>. Fingerprint, for administrators to compare: <code>{string.Join(", ", OwnApplication.FingerprintsOf(keys.Keys))}</code>.</p>
         """));

    private static Html Visitor(HttpContext context) => context.User.Identity?.Name is { } user
        ? Html.Of($"<form method=\"post\" action=\"/logout\">Logged in as {user} <button>Log out</button></form>")
        : Html.Of($"<a href=\"/login\">Log in</a>");
}
