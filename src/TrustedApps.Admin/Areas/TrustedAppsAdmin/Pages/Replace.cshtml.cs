using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using TrustedApps.Admin.Certificates;
using TrustedApps.Certificates;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>
/// Replaces the certificate of a trust: fetched, compared, confirmed. No key on record must have signed the new one.
/// </summary>
internal sealed class ReplaceModel(AdminServices admin, CertificateFinder finder, ShownCertificates seals)
    : AdminPage(admin)
{
    public override string Title => "Replace the certificate";

    public override string Place => "list";

    public StoredTrust Stored { get; private set; } = null!; // no page is shown without

    public long Version { get; private set; }

    public string Typed { get; private set; } = "";

    public ShownCertificate? Shown { get; private set; }

    public string Seal { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(string? id)
    {
        if (!await FindAsync(id)) return NotTrusted(id ?? "");
        Typed = Stored.Trust.Record?.BaseUrl?.Text ?? "";
        return Page();
    }

    public async Task<IActionResult> OnPostFindAsync(string? id, string? url)
    {
        if (!await FindAsync(id)) return NotTrusted(id ?? "");
        Typed = url ?? "";
        try
        {
            FoundCertificate found = await finder.FindAsync(Typed, Aborted);
            if (found.Id != id)
            {
                Say($"The certificate at {found.BaseUrl.Text} is of '{found.Id}', not of '{id}'.");
                return Page();
            }

            Shown = ShownCertificate.Of(found);
            Seal = seals.Seal(Shown, PurposeOf(found.Id), Administrator);
        }
        catch (CertificateException problem)
        {
            Say(problem.Message);
        }

        return Page();
    }

    public async Task<IActionResult> OnPostConfirmAsync(string? id, long version, string? seal)
    {
        if (!await FindAsync(id)) return NotTrusted(id ?? "");
        if (seals.Open(seal, PurposeOf(id!), Administrator) is not { } shown)
        {
            Say("This form is too old, or not yours, so it is not certain which certificate you saw. Fetch it again.");
            return Page();
        }

        Typed = shown.Url;
        try
        {
            FoundCertificate found = await finder.FindAgainAsync(shown, Aborted);
            await Store.Trusts.ReplaceCertificateAsync(id!, version, found, Administrator, Aborted);
            return Done("replaced", "/trust", ("id", id));
        }
        catch (CertificateException problem)
        {
            Say(problem.Message, StatusCodes.Status409Conflict);
        }
        catch (AdministrationException problem)
        {
            Say(problem);
        }

        return Page();
    }

    private static string PurposeOf(string id) => $"replace {id}";

    private async Task<bool> FindAsync(string? id)
    {
        if (await Store.Trusts.FindAsync(id ?? "", Aborted) is not { } stored) return false;
        (Stored, Version) = (stored, stored.Version);
        return true;
    }
}
