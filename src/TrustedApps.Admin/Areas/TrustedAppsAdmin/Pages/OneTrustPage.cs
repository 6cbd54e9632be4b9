using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using TrustedApps.Admin.Display;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>The members that the pages about one trust share.</summary>
internal abstract class OneTrustPage(AdminServices admin) : AdminPage(admin)
{
    public override string Place => "list";

    public StoredTrust Stored { get; private set; } = null!; // no page is shown without

    /// <summary>Whether there is a trust that cannot be read.</summary>
    protected bool IsUnreadable { get; private set; }

    /// <summary>Reads the trust.</summary>
    /// <returns>Null; the page that names the problem if there is no trust to show.</returns>
    protected async Task<IActionResult?> FindAsync(string? id)
    {
        if (string.IsNullOrEmpty(id)) return NotNamed();
        try
        {
            if (await Store.Trusts.FindAsync(id, Aborted) is not { } stored) return NotTrusted(id);
            Stored = stored;
            return null;
        }
        catch (FormatException)
        {
            IsUnreadable = true;
            return Unreadable(id);
        }
    }

    private ContentResult NotNamed() =>
        ProblemPage.Of(
            Links,
            StatusCodes.Status400BadRequest,
            "Nothing was changed",
            "The address of this page names no application. If you had to log in again, your session ended before the form was sent. Open the application in the list and fill in the form again."
        );

    private ContentResult NotTrusted(string id) =>
        ProblemPage.Of(
            Links,
            StatusCodes.Status404NotFound,
            "Not trusted",
            $"'{id}' is not trusted by this store. Another administrator may have removed it; the audit trail has the name."
        );

    private ContentResult Unreadable(string id) =>
        ProblemPage.Of(
            Links,
            StatusCodes.Status409Conflict,
            "This trust cannot be read",
            $"The trust of '{id}' is in the store and cannot be read, so the requests of this application are refused. If a newer version of this program wrote it, use that version. Otherwise remove the trust and add it again.",
            ("Remove the trust…", Links.Of("/remove", id))
        );
}
