using Microsoft.AspNetCore.Mvc;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>Removes a provider: the second of two steps.</summary>
internal sealed class RemoveProviderModel(AdminServices admin) : AdminPage(admin)
{
    public override string Title => "Remove a provider";

    public override string Place => "providers";

    public string PinnedAt { get; private set; } = "";

    /// <summary>The name of the provider; its base URL if it cannot be read.</summary>
    public string Name { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(string? url) =>
        await TryFindAsync(url) ? Page() : Redirect(Links.To("/providers"));

    public async Task<IActionResult> OnPostRemoveAsync(string? url)
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

    private async Task<bool> TryFindAsync(string? url)
    {
        try
        {
            if (!BaseUrl.TryParse(url, out BaseUrl? baseUrl)) return await IsUnreadableAsync(url);
            if (await Store.Providers.FindAsync(baseUrl, Aborted) is not { } provider) return false;
            (PinnedAt, Name) = (baseUrl.Text, provider.Record.Name);
            return true;
        }
        catch (FormatException)
        {
            (PinnedAt, Name) = (url!, url!);
            return true;
        }
    }

    // A row whose base URL is not one.
    private async Task<bool> IsUnreadableAsync(string? url)
    {
        IReadOnlyList<string> unreadable = await Store.Providers.ListUnreadableAsync(Aborted);
        if (url is null || !unreadable.Contains(url, StringComparer.Ordinal)) return false;
        (PinnedAt, Name) = (url, url);
        return true;
    }
}
