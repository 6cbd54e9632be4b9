using Microsoft.AspNetCore.Mvc;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>One trust, and the changes that take one click.</summary>
internal sealed class TrustModel(AdminServices admin) : AdminPage(admin)
{
    private string? _name;

    public override string Title => Display.Visible.Text(_name);

    public override string Place => "list";

    public StoredTrust Stored { get; private set; } = null!; // no page is shown without

    public ApplicationActivity Activity { get; private set; } = null!; // the same

    public TrustedApplication Trust => Stored.Trust;

    public string Versions =>
        string.Join(", ", TrustDocument.Of(Stored, Now).AcceptedVersions) is { Length: > 0 } versions
            ? versions
            : "none";

    public Task<IActionResult> OnGetAsync(string? id) => ShowAsync(id ?? "");

    public Task<IActionResult> OnPostSuspendAsync(string? id, long version) =>
        ChangeAsync("suspended", id, version, Store.Trusts.SuspendAsync);

    public Task<IActionResult> OnPostResumeAsync(string? id, long version) =>
        ChangeAsync("resumed", id, version, Store.Trusts.ResumeAsync);

    public Task<IActionResult> OnPostConfirmAsync(string? id, long version) =>
        ChangeAsync("confirmed", id, version, Store.Trusts.ConfirmCertificateAsync);

    public Task<IActionResult> OnPostRejectAsync(string? id, long version) =>
        ChangeAsync("rejected", id, version, Store.Trusts.RejectCertificateAsync);

    public Task<IActionResult> OnPostRestoreAsync(string? id, long version) =>
        ChangeAsync("restored", id, version, Store.Trusts.RestoreCertificateAsync);

    private async Task<IActionResult> ChangeAsync(
        string notice,
        string? id,
        long version,
        Func<string, long?, string, CancellationToken, Task<StoredTrust>> change
    )
    {
        try
        {
            await change(id ?? "", version, Administrator, Aborted);
            return Done(notice, "/trust", ("id", id));
        }
        catch (AdministrationException problem)
        {
            Say(problem);
            return await ShowAsync(id ?? "");
        }
    }

    private async Task<IActionResult> ShowAsync(string id)
    {
        if (await Store.Trusts.FindAsync(id, Aborted) is not { } stored) return NotTrusted(id);
        (Stored, _name) = (stored, stored.Trust.Name);
        Activity = (await Store.Reports.GetActivityAsync([id], Aborted))[0];
        return Page();
    }
}
