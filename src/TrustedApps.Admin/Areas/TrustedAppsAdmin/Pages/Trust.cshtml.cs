using Microsoft.AspNetCore.Mvc;
using TrustedApps.Admin.Certificates;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>One trust.</summary>
internal sealed class TrustModel(AdminServices admin) : OneTrustPage(admin)
{
    private string? _name;

    public override string Title => Display.Visible.Text(_name);

    public ApplicationActivity Activity { get; private set; } = null!; // no page is shown without

    public TrustedApplication Trust => Stored.Trust;

    /// <summary>Whether the certificate before this one has other keys.</summary>
    public bool CanRestore =>
        Trust.Record is { Replaced: not null } record && KeyChange.Between(record, record.Restore()).ChangesKeys;

    public string Versions =>
        string.Join(", ", TrustDocument.Of(Stored, Now).AcceptedVersions) is { Length: > 0 } versions
            ? versions
            : "none";

    public Task<IActionResult> OnGetAsync(string? id) => ShowAsync(id);

    public async Task<IActionResult> OnPostResumeAsync(string? id, long version)
    {
        if (await FindAsync(id) is { } problem) return problem;
        try
        {
            await Store.Trusts.ResumeAsync(Stored.Id, version, Administrator, Aborted);
            return Done("resumed", "/trust", ("id", id));
        }
        catch (AdministrationException refused)
        {
            Say(refused);
            return await ShowAsync(id);
        }
    }

    private async Task<IActionResult> ShowAsync(string? id)
    {
        if (await FindAsync(id) is { } problem) return problem;
        _name = Stored.Trust.Name;
        Activity = (await Store.Reports.GetActivityAsync([Stored.Id], Aborted))[0];
        return Page();
    }
}
