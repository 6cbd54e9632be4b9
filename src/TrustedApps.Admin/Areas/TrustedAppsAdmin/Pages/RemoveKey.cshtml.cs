using Microsoft.AspNetCore.Mvc;
using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>Removes one key of an application at once: the second of two steps.</summary>
internal sealed class RemoveKeyModel(AdminServices admin) : AdminPage(admin)
{
    public override string Title => "Remove a key";

    public override string Place => "list";

    public StoredTrust Stored { get; private set; } = null!; // no page is shown without

    public RsaPublicKey Key { get; private set; } = null!; // the same

    public bool IsLast => Stored.Trust.Record!.SigningKeys.Count == 1;

    public Task<IActionResult> OnGetAsync(string? id, string? key) => ShowAsync(id ?? "", key ?? "");

    public async Task<IActionResult> OnPostRemoveAsync(string? id, string? key, long version)
    {
        try
        {
            await Store.Trusts.RemoveKeyAsync(id ?? "", version, key ?? "", Administrator, Aborted);
            return Done("key-removed", "/trust", ("id", id));
        }
        catch (AdministrationException problem)
        {
            Say(problem);
            return await ShowAsync(id ?? "", key ?? "");
        }
    }

    private async Task<IActionResult> ShowAsync(string id, string key)
    {
        if (await Store.Trusts.FindAsync(id, Aborted) is not { } stored) return NotTrusted(id);
        if (stored.Trust.Record?.SigningKeys.FirstOrDefault(known => known.Thumbprint == key) is not { } found)
        {
            return Redirect(Links.Of("/trust", id));
        }

        (Stored, Key) = (stored, found);
        return Page();
    }
}
