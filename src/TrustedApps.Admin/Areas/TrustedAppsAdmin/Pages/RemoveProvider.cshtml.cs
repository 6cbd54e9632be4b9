using Microsoft.AspNetCore.Mvc;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>Removes a provider: the second of two steps.</summary>
internal sealed class RemoveProviderModel(AdminServices admin) : AdminPage(admin)
{
    public override string Title => "Remove a provider";

    public override string Place => "providers";

    public StoredProvider? Provider { get; private set; }

    public async Task<IActionResult> OnGetAsync([FromQuery(Name = "url")] string? url)
    {
        Provider = await FindAsync(url);
        return Provider is null ? Redirect(Links.To("/providers")) : Page();
    }

    public async Task<IActionResult> OnPostRemoveAsync([FromForm(Name = "url")] string? url)
    {
        try
        {
            await Store.Providers.RemoveAsync(url ?? "", Administrator, Aborted);
            return Done("provider-removed", "/providers");
        }
        catch (AdministrationException problem)
        {
            Say(problem);
            return Page();
        }
    }

    private async Task<StoredProvider?> FindAsync(string? url) =>
        BaseUrl.TryParse(url, out BaseUrl? baseUrl) ? await Store.Providers.FindAsync(baseUrl, Aborted) : null;
}
