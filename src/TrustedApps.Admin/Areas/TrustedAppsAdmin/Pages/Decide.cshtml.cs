using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using TrustedApps.Admin.Certificates;
using TrustedApps.Admin.Display;
using TrustedApps.Certificates;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>
/// Suspends a trust, or decides about a certificate: the second of two steps. Shows the keys before and after.
/// </summary>
internal sealed class DecideModel(AdminServices admin) : OneTrustPage(admin)
{
    public override string Title => What switch
    {
        Decision.Suspend => "Suspend the trust",
        Decision.Confirm => "Trust the new keys now",
        Decision.Reject => "Reject the new keys",
        _ => "Restore the certificate before this one",
    };

    public Decision What { get; private set; }

    /// <summary>The keys before and after; null for a suspension.</summary>
    public KeyChange? Change { get; private set; }

    public Task<IActionResult> OnGetAsync(string? id, string? what) => ShowAsync(id, what);

    public async Task<IActionResult> OnPostDoAsync(string? id, string? what, long version)
    {
        if (await FindAsync(id) is { } problem) return problem;
        if (!TryRead(what)) return NoSuchDecision();
        try
        {
            await DecideAsync(Stored.Id, version);
            return Done(NoticeOf(What), "/trust", ("id", id));
        }
        catch (AdministrationException refused)
        {
            Say(refused);
            return await ShowAsync(id, what);
        }
    }

    private Task<StoredTrust> DecideAsync(string id, long version) => What switch
    {
        Decision.Suspend => Store.Trusts.SuspendAsync(id, version, Administrator, Aborted),
        Decision.Confirm => Store.Trusts.ConfirmCertificateAsync(id, version, Administrator, Aborted),
        Decision.Reject => Store.Trusts.RejectCertificateAsync(id, version, Administrator, Aborted),
        _ => Store.Trusts.RestoreCertificateAsync(id, version, Administrator, Aborted),
    };

    private async Task<IActionResult> ShowAsync(string? id, string? what)
    {
        if (await FindAsync(id) is { } problem) return problem;
        if (!TryRead(what)) return NoSuchDecision();
        return FindObstacle() is { } obstacle
            ? ProblemPage.Of(
                Links,
                StatusCodes.Status409Conflict,
                Title,
                obstacle + " Nothing was changed.",
                ("Back to the trust", Links.Of("/trust", Stored.Id))
            )
            : Page();
    }

    private string? FindObstacle()
    {
        CertificateRecord? record = Stored.Trust.Record;
        switch (What)
        {
            case Decision.Suspend:
                return Stored.Trust.IsSuspended ? "The trust is suspended already." : null;
            case Decision.Restore:
                if (record?.Replaced is null) return "There is no certificate before this one.";
                Change = KeyChange.Between(record, record.Restore());
                return Change.ChangesKeys ? null : "The certificate before this one has the same keys.";
            default:
                if (record?.Pending is null) return "No change of keys is waiting.";
                Change = KeyChange.Between(record, record.Confirm(Now));
                return null;
        }
    }

    private bool TryRead(string? what)
    {
        bool isKnown = Enum.TryParse(what, out Decision decision) && Enum.IsDefined(decision);
        What = decision;
        return isKnown;
    }

    private ContentResult NoSuchDecision() =>
        ProblemPage.Of(
            Links,
            StatusCodes.Status404NotFound,
            "Page not found",
            "There is no such decision about a trust.",
            ("Back to the trust", Links.Of("/trust", Stored.Id))
        );

    private static string NoticeOf(Decision decision) => decision switch
    {
        Decision.Suspend => "suspended",
        Decision.Confirm => "confirmed",
        Decision.Reject => "rejected",
        _ => "restored",
    };
}
