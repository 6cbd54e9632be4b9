using Microsoft.AspNetCore.Mvc;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>The list of trusts. Activity is read only for those that are shown.</summary>
internal sealed class IndexModel(AdminServices admin) : AdminPage(admin)
{
    public const int PageSize = 50;

    private const int LastPage = 1_000_000;

    public override string Title => "Trusted applications";

    public override string Place => "list";

    public string Search { get; private set; } = "";

    public int At { get; private set; } = 1;

    public TrustPage Trusts { get; private set; } = new([], 0, []);

    public IReadOnlyDictionary<string, ApplicationActivity> Activity { get; private set; } =
        new Dictionary<string, ApplicationActivity>(StringComparer.Ordinal);

    /// <summary>The number of further trusts in the host's configuration.</summary>
    public int Configured => Admin.Scheme.Applications.Count;

    public int Pages => Math.Max(1, (Trusts.Total + PageSize - 1) / PageSize);

    public ApplicationActivity Strangers => Activity[""];

    public async Task OnGetAsync([FromQuery(Name = "search")] string? search, [FromQuery(Name = "at")] int at)
    {
        Search = (search ?? "").Trim();
        At = Math.Clamp(at, 1, LastPage);
        Trusts = await Store.Trusts.ListAsync(Search, (At - 1) * PageSize, PageSize, Aborted);
        IReadOnlyList<ApplicationActivity> activity = await Store.Reports.GetActivityAsync(
            [.. Trusts.Trusts.Select(trust => trust.Id), ""],
            Aborted
        );
        Activity = activity.ToDictionary(known => known.ApplicationId, StringComparer.Ordinal);
    }

    public string VersionsOf(StoredTrust stored) => string.Join(", ", TrustDocument.Of(stored, Now).AcceptedVersions);
}
