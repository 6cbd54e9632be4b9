using Microsoft.AspNetCore.Mvc;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>The audit trail.</summary>
internal sealed class AuditModel(AdminServices admin) : AdminPage(admin)
{
    private const int PageSize = 50;

    public override string Title => "Audit trail";

    public override string Place => "audit";

    public string Subject { get; private set; } = "";

    public IReadOnlyList<AuditEntry> Entries { get; private set; } = [];

    /// <summary>The beginning of the next page; null on the last.</summary>
    public long? Next { get; private set; }

    public async Task OnGetAsync(
        [FromQuery(Name = "subject")] string? subject,
        [FromQuery(Name = "before")] long? before
    )
    {
        Subject = (subject ?? "").Trim();
        IReadOnlyList<AuditEntry> found = await Store.Reports.ListAuditAsync(
            Subject.Length == 0 ? null : Subject,
            before,
            PageSize + 1,
            Aborted
        );
        Entries = [.. found.Take(PageSize)];
        Next = found.Count > PageSize ? Entries[^1].Number : null;
    }
}
