using Samples;
using TrustedApps;

namespace Tracker;

internal static class FrontPage
{
    public static IResult Show(HttpContext context, ApplicationKeys keys) => HtmlPage.Show(context, "Tracker", Html.Of(
        $"""
         <header><strong>Tracker</strong></header>
         <h1>An issue tracker for other applications</h1>
         <p>Applications that it trusts ask <code>/rest/api/issues?q=text</code> on behalf of their users, and see what these may see.</p>
         <p>Its certificate is at <a href="{ApplicationCertificate.Path}">{ApplicationCertificate.Path}</a>.
         Application id: <code>{keys.Id}</code>. Fingerprint, for administrators to compare: <code>{string.Join(", ", OwnKeys.FingerprintsOf(keys))}</code>.</p>
         """));
}
