using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.Admin.Access;

namespace TrustedApps.Admin.Hosting;

/// <summary>
/// Where the pages of the area are, and behind what. They match no request by themselves, wherever the host maps Razor
/// pages: only <see cref="AdminPages"/> serves them.
/// </summary>
internal sealed class PageRules(TrustedAppsAdminOptions options) : IConfigureOptions<RazorPagesOptions>
{
    public const string Area = "TrustedAppsAdmin";

    public void Configure(RazorPagesOptions pages)
    {
        pages.Conventions.AddAreaFolderRouteModelConvention(Area, "/", SetRoute);
        pages.Conventions.AddAreaFolderApplicationModelConvention(Area, "/", page => page.Filters.Add(new AdminGuard(options)));
        if (!string.IsNullOrEmpty(options.Policy)) pages.Conventions.AuthorizeAreaFolder(Area, "/", options.Policy); // missing: MapTrustedAppsAdmin says so
    }

    private void SetRoute(PageRouteModel page)
    {
        string name = page.ViewEnginePath.TrimStart('/');
        string template = options.Path.TrimStart('/') + (name == "Index" ? "" : "/" + Dashed(name));
        page.Selectors.Clear();
        page.Selectors.Add(new SelectorModel
        {
            AttributeRouteModel = new AttributeRouteModel { Template = template, SuppressPathMatching = true, SuppressLinkGeneration = true },
        });
    }

    // RemoveKey is at remove-key.
    private static string Dashed(string name) =>
        string.Concat(name.Select((letter, index) => char.IsUpper(letter) && index > 0 ? "-" + char.ToLowerInvariant(letter) : char.ToLowerInvariant(letter).ToString()));
}
