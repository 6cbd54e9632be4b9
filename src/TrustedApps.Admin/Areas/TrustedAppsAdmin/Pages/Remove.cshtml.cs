using Microsoft.AspNetCore.Mvc;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>Removes a trust after its id was typed, even a trust that cannot be read.</summary>
internal sealed class RemoveModel(AdminServices admin) : OneTrustPage(admin)
{
    public override string Title => "Remove a trust";

    public string Id { get; private set; } = "";

    public string Name { get; private set; } = "";

    public string Typed { get; private set; } = "";

    public Task<IActionResult> OnGetAsync(string? id) => ShowAsync(id);

    public async Task<IActionResult> OnPostRemoveAsync(string? id, string? typed)
    {
        Typed = (typed ?? "").Trim();
        if (string.IsNullOrEmpty(id) || Typed != id.Trim())
        {
            Say("What you typed is not the application's id, so nothing was removed.");
            return await ShowAsync(id);
        }

        try
        {
            await Store.Trusts.RemoveAsync(id, version: null, Administrator, Aborted);
            return Done("removed", "");
        }
        catch (AdministrationException problem)
        {
            Say(problem);
            return await ShowAsync(id);
        }
    }

    private async Task<IActionResult> ShowAsync(string? id)
    {
        Id = id ?? "";
        IActionResult? problem = await FindAsync(id);
        if (problem is not null && !IsUnreadable) return problem;
        Name = IsUnreadable ? Id : Stored.Trust.Name; // nothing more of it can be read
        return Page();
    }
}
