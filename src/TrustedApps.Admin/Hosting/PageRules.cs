using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.Admin.Access;

namespace TrustedApps.Admin.Hosting;

/// <summary>
/// Sets the paths and the policy of the pages of the area. No request matches them by itself, wherever the host maps
/// Razor pages: only <see cref="AdminPages"/> serves them.
/// </summary>
internal sealed class PageRules(IOptions<TrustedAppsAdminOptions> admin) : IConfigureOptions<RazorPagesOptions>
{
    public const string Area = "TrustedAppsAdmin";

    public void Configure(RazorPagesOptions pages)
    {
        TrustedAppsAdminOptions options = admin.Value;
        pages.Conventions.AddAreaFolderRouteModelConvention(Area, "/", page => SetRoute(page, options.Path));
        pages.Conventions.AddAreaFolderApplicationModelConvention(
            Area,
            "/",
            page => page.Filters.Add(new AdminGuard(options))
        );
        pages.Conventions.AuthorizeAreaFolder(Area, "/", options.Policy!);
    }

    private static void SetRoute(PageRouteModel page, string path)
    {
        string name = page.ViewEnginePath.TrimStart('/');
        string template = path.TrimStart('/') + (name == "Index" ? "" : "/" + Dashed(name));
        page.Selectors.Clear();
        page.Selectors.Add(
            new SelectorModel
            {
                AttributeRouteModel = new AttributeRouteModel
                {
                    Template = template,
                    SuppressPathMatching = true,
                    SuppressLinkGeneration = true,
                },
            }
        );
    }

    // RemoveKey is at remove-key.
    private static string Dashed(string name) =>
        string.Concat(
            name.Select(
                (letter, index) =>
                    char.IsUpper(letter) && index > 0
                        ? "-" + char.ToLowerInvariant(letter)
                        : char.ToLowerInvariant(letter).ToString()
            )
        );
}
