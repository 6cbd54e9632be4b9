using Microsoft.AspNetCore.Mvc;
using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>Removes one key of an application at once: the second of two steps.</summary>
internal sealed class RemoveKeyModel(AdminServices admin) : OneTrustPage(admin)
{
    public override string Title => "Remove a key";

    public RsaPublicKey Key { get; private set; } = null!; // no page is shown without

    public bool IsLast => Stored.Trust.Record!.SigningKeys.Count == 1;

    public Task<IActionResult> OnGetAsync(string? id, string? key) => ShowAsync(id, key ?? "");

    public async Task<IActionResult> OnPostRemoveAsync(string? id, string? key, long version)
    {
        if (await FindAsync(id) is { } problem) return problem;
        try
        {
            await Store.Trusts.RemoveKeyAsync(Stored.Id, version, key ?? "", Administrator, Aborted);
            return Done("key-removed", "/trust", ("id", id));
        }
        catch (AdministrationException refused)
        {
            Say(refused);
            return await ShowAsync(id, key ?? "");
        }
    }

    private async Task<IActionResult> ShowAsync(string? id, string key)
    {
        if (await FindAsync(id) is { } problem) return problem;
        if (Stored.Trust.Record?.SigningKeys.FirstOrDefault(known => known.Thumbprint == key) is not { } found)
        {
            return Redirect(Links.Of("/trust", Stored.Id));
        }

        Key = found;
        return Page();
    }
}
