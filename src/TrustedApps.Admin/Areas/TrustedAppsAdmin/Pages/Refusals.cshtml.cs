using Microsoft.AspNetCore.Mvc;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>The latest refused requests. Nothing proves the names in them.</summary>
internal sealed class RefusalsModel(AdminServices admin) : AdminPage(admin)
{
    private const int Shown = 200;

    public override string Title => "Recent refusals";

    public override string Place => "refusals";

    public string Application { get; private set; } = "";

    public IReadOnlyList<RecordedRejection> Refusals { get; private set; } = [];

    public async Task OnGetAsync([FromQuery(Name = "application")] string? application)
    {
        Application = (application ?? "").Trim();
        Refusals = await Store.Reports.ListRejectionsAsync(
            Application.Length == 0 ? null : Application,
            Shown,
            Aborted
        );
    }
}
