using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using TrustedApps.Admin.Display;
using TrustedApps.Admin.Forms;
using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>Older versions beside version 4: key, conditions and end date.</summary>
internal sealed class LegacyModel(AdminServices admin) : OneTrustPage(admin)
{
    private const string DateFormat = "yyyy-MM-dd";
    private const int DaysSuggested = 30;

    public override string Title => $"Older versions of {Visible.Text(Stored.Id)}";

    public long Version { get; private set; }

    public string PublicKey { get; private set; } = "";

    public string Until { get; private set; } = "";

    public ConditionsForm Form { get; private set; } = ConditionsForm.Default;

    public TryForm Try { get; private set; } = new();

    public async Task<IActionResult> OnGetAsync(string? id)
    {
        if (await FindVersion4Async(id) is { } missing) return missing;
        LegacyAccess? access = Stored.Trust.Legacy;
        Form = access is not null
            ? ConditionsForm.Of("", access.Conditions)
            : ConditionsForm.Of("", Stored.Trust.Conditions)
                .With(nameof(TrustConditions.FutureTolerance), "0")
                .With(nameof(TrustConditions.Methods))
                .With(nameof(TrustConditions.Versions), ProtocolVersion.Atlassian3.Name);
        (PublicKey, Version) = (access?.PublicKey.ToBase64() ?? "", Stored.Version);
        Until = (access?.Until ?? Now.AddDays(DaysSuggested)).UtcDateTime.ToString(
            DateFormat,
            CultureInfo.InvariantCulture
        );
        Try = TryForm.Of(access?.Conditions ?? Stored.Trust.Conditions);
        return Page();
    }

    public async Task<IActionResult> OnPostTryAsync(string? id, long version)
    {
        if (await FindVersion4Async(id) is { } missing) return missing;
        ReadForm(version);
        try
        {
            TrustConditions conditions = Form.ToConditions(isLegacy: true);
            Try = await TryAsync(Try, conditions, isLegacy: true, Stored.Id, Stored.Trust.IsSuspended);
        }
        catch (ArgumentException mistake)
        {
            Say(Entered.MessageOf(mistake));
        }

        return Page();
    }

    public async Task<IActionResult> OnPostSaveAsync(string? id, long version)
    {
        if (await FindVersion4Async(id) is { } missing) return missing;
        ReadForm(version);
        try
        {
            var access = new LegacyAccess(
                RsaPublicKey.Parse(PublicKey),
                Form.ToConditions(isLegacy: true),
                ReadUntil()
            );
            return await SaveAsync("legacy", version, access);
        }
        catch (ArgumentException mistake)
        {
            Say(Entered.MessageOf(mistake));
            return Page();
        }
    }

    public async Task<IActionResult> OnPostRemoveAsync(string? id, long version)
    {
        if (await FindVersion4Async(id) is { } missing) return missing;
        ReadForm(version);
        return await SaveAsync("legacy-removed", version, null);
    }

    private async Task<IActionResult> SaveAsync(string notice, long version, LegacyAccess? access)
    {
        try
        {
            TrustedApplication trust = Stored.Trust;
            await Store.Trusts.EditAsync(
                trust.Id,
                version,
                new TrustEdit(trust.Name, trust.Conditions, access),
                Administrator,
                Aborted
            );
            return Done(notice, "/trust", ("id", trust.Id));
        }
        catch (AdministrationException problem)
        {
            Say(problem);
            return Page();
        }
    }

    private void ReadForm(long version)
    {
        (Form, Try, Version) = (ConditionsForm.Read(Request.Form), TryForm.Read(Request.Form), version);
        PublicKey = string.Concat(Entered.Words((string?)Request.Form["publicKey"] ?? ""));
        Until = ((string?)Request.Form["until"] ?? "").Trim();
    }

    // The whole of that day.
    private DateTimeOffset ReadUntil()
    {
        if (
            !DateTimeOffset.TryParseExact(
                Until,
                DateFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out DateTimeOffset day
            )
            || day >= DateTimeOffset.MaxValue.AddDays(-1)
        )
        {
            throw new ArgumentException("Until: enter a day, such as 2027-01-31.");
        }

        DateTimeOffset end = day.AddDays(1).AddSeconds(-1);
        return end >= Now
            ? end
            : throw new ArgumentException(
                $"Until: {Until} is over (it is {Moment.Text(Now)}), so nothing was changed. Enter today or a later day, or stop accepting older versions."
            );
    }

    private async Task<IActionResult?> FindVersion4Async(string? id)
    {
        if (await FindAsync(id) is { } missing) return missing;
        return Stored.Trust.Record is null
            ? ProblemPage.Of(
                Links,
                StatusCodes.Status400BadRequest,
                "Older versions are all it speaks",
                "Its conditions are those of older versions already: edit the trust.",
                ("Edit the trust", Links.Of("/edit", Stored.Id))
            )
            : null;
    }
}
