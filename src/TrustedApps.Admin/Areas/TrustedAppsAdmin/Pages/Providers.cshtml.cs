using Microsoft.AspNetCore.Mvc;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>The providers that this application makes requests to.</summary>
internal sealed class ProvidersModel(AdminServices admin) : AdminPage(admin)
{
    public override string Title => "Providers";

    public override string Place => "providers";

    public IReadOnlyList<StoredProvider> Providers { get; private set; } = [];

    /// <summary>The base URLs of providers that cannot be read.</summary>
    public IReadOnlyList<string> Unreadable { get; private set; } = [];

    public async Task OnGetAsync()
    {
        Providers = await Store.Providers.ListAsync(Aborted);
        Unreadable = await Store.Providers.ListUnreadableAsync(Aborted);
    }
}
