using Microsoft.AspNetCore.Mvc;
using TrustedApps.Admin.Display;
using TrustedApps.Admin.Forms;
using TrustedApps.Conditions;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>
/// Edits name and conditions. A change that another administrator made meanwhile is shown before it is overwritten.
/// </summary>
internal sealed class EditModel(AdminServices admin) : OneTrustPage(admin)
{
    public override string Title => $"Edit {Visible.Text(Stored.Id)}";

    public ConditionsForm Form { get; private set; } = ConditionsForm.Default;

    public TryForm Try { get; private set; } = new();

    /// <summary>The version that the edit begins with.</summary>
    public long Version { get; private set; }

    /// <summary>The differences between the record and the form, after a conflict.</summary>
    public IReadOnlyList<Difference> Conflict { get; private set; } = [];

    public bool IsLegacy => Stored.Trust.Record is null;

    public async Task<IActionResult> OnGetAsync(string? id)
    {
        if (await FindAsync(id) is { } missing) return missing;
        Form = ConditionsForm.Of(Stored.Trust.Name, Stored.Trust.Conditions);
        Try = TryForm.Of(Stored.Trust.Conditions);
        Version = Stored.Version;
        return Page();
    }

    public async Task<IActionResult> OnPostTryAsync(string? id, long version)
    {
        if (await FindAsync(id) is { } missing) return missing;
        (Form, Try, Version) = (ConditionsForm.Read(Request.Form), TryForm.Read(Request.Form), version);
        try
        {
            Try = await TryAsync(Try, Form.ToConditions(IsLegacy), IsLegacy, Stored.Id, Stored.Trust.IsSuspended);
        }
        catch (ArgumentException mistake)
        {
            Say(Entered.MessageOf(mistake));
        }

        return Page();
    }

    public async Task<IActionResult> OnPostSaveAsync(string? id, long version)
    {
        if (await FindAsync(id) is { } missing) return missing;
        (Form, Try, Version) = (ConditionsForm.Read(Request.Form), TryForm.Read(Request.Form), version);
        try
        {
            await SaveAsync(version);
            return Done("edited", "/trust", ("id", id));
        }
        catch (ArgumentException mistake)
        {
            Say(Entered.MessageOf(mistake));
        }
        catch (AdministrationException problem) when (problem.Problem == AdministrationProblem.Changed)
        {
            if (await FindAsync(id) is { } removed) return removed;
            Say(problem);
            ShowConflict();
        }
        catch (AdministrationException problem)
        {
            Say(problem);
        }

        return Page();
    }

    private Task<StoredTrust> SaveAsync(long version)
    {
        TrustedApplication trust = Stored.Trust;
        var edit = new TrustEdit(Form.Name, Form.ToConditions(IsLegacy), IsLegacy ? null : trust.Legacy);
        return Store.Trusts.EditAsync(trust.Id, version, edit, Administrator, Aborted);
    }

    private void ShowConflict()
    {
        TrustDocument now = TrustDocument.Of(Stored!, Now);
        Conflict = Difference.Between(
            now.ToJson(),
            (now with { Name = Form.Name, Conditions = ConditionsDocument.Of(Form.ToConditions(IsLegacy)) }).ToJson()
        );
        Version = Stored.Version; // having seen it, the administrator may save again
    }
}
