using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using TrustedApps.Admin.Certificates;
using TrustedApps.Admin.Forms;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>
/// Replaces the certificate of a trust: fetched, compared, confirmed. No key on record must have signed the new one.
/// </summary>
internal sealed class ReplaceModel(AdminServices admin, CertificateFinder finder, ShownCertificates seals)
    : OneTrustPage(admin)
{
    private const int AuditEntries = 1000; // in which the removal of a key is looked for

    public override string Title => "Replace the certificate";

    public long Version => Stored.Version;

    public string Typed { get; private set; } = "";

    public ShownCertificate? Shown { get; private set; }

    public string Seal { get; private set; } = "";

    /// <summary>Whether the certificate lists keys that an administrator removed or rejected.</summary>
    public bool HasReturningKeys { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? id)
    {
        if (await FindAsync(id) is { } problem) return problem;
        Typed = Stored.Trust.Record?.BaseUrl?.Text ?? "";
        return Page();
    }

    public async Task<IActionResult> OnPostFindAsync(string? id, string? url)
    {
        if (await FindAsync(id) is { } problem) return problem;
        Typed = url ?? "";
        try
        {
            FoundCertificate found = await finder.FindAsync(Typed, Aborted);
            if (found.Id != id)
            {
                Say($"The certificate at {found.BaseUrl.Text} is of '{found.Id}', not of '{id}'.");
                return Page();
            }

            await ShowAsync(found);
        }
        catch (CertificateException mistake)
        {
            Say(mistake.Message);
        }

        return Page();
    }

    public async Task<IActionResult> OnPostConfirmAsync(string? id, long version, string? seal, string? readmit)
    {
        if (await FindAsync(id) is { } problem) return problem;
        if (seals.Open(seal, PurposeOf(id!), Administrator) is not { } shown)
        {
            Say("This form is too old, or not yours, so it is not certain which certificate you saw. Fetch it again.");
            return Page();
        }

        Typed = shown.Url;
        try
        {
            FoundCertificate found = await finder.FindAgainAsync(shown, Aborted);
            IReadOnlyList<string> readmitted = readmit == ConditionsForm.On ? shown.Returning : [];
            IEnumerable<string> returning = found.FindReturningKeys(Stored.Trust.Record).Select(key => key.Thumbprint);
            if (returning.Except(readmitted, StringComparer.Ordinal).Any())
            {
                await ShowAsync(found);
                Say("Nothing was replaced: confirm that you know which keys were removed or rejected.");
                return Page();
            }

            await Store.Trusts.ReplaceCertificateAsync(id!, version, found, readmitted, Administrator, Aborted);
            return Done("replaced", "/trust", ("id", id));
        }
        catch (CertificateException mistake)
        {
            Say(mistake.Message, StatusCodes.Status409Conflict);
        }
        catch (AdministrationException refused)
        {
            Say(refused);
        }

        return Page();
    }

    private static string PurposeOf(string id) => $"replace {id}";

    private async Task ShowAsync(FoundCertificate found)
    {
        RsaPublicKey[] returning = [.. found.FindReturningKeys(Stored.Trust.Record)];
        HasReturningKeys = returning.Length > 0;
        IReadOnlyList<AuditEntry> audit = HasReturningKeys
            ? await Store.Reports.ListAuditAsync(found.Id, before: null, AuditEntries, Aborted)
            : [];
        Shown = ShownCertificate.Of(found) with
        {
            Marks = found.SigningKeys.ToDictionary(
                key => key.Thumbprint,
                key => KeyMark.Of(key, Stored.Trust, audit),
                StringComparer.Ordinal
            ),
            OtherReturningKeys = [.. returning.Except(found.SigningKeys)],
            Returning = [.. returning.Select(key => key.Thumbprint)],
        };
        Seal = seals.Seal(Shown, PurposeOf(found.Id), Administrator);
    }
}
