using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using TrustedApps.Admin.Certificates;
using TrustedApps.Certificates;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>Pins the certificate of a provider: fetched, compared, confirmed.</summary>
internal sealed class AddProviderModel(AdminServices admin, CertificateFinder finder, ShownCertificates seals)
    : AdminPage(admin)
{
    private const string Purpose = "provider";

    public override string Title => Shown is null ? "Add a provider" : "Compare the fingerprints";

    public override string Place => "providers";

    public string Typed { get; private set; } = "";

    public ShownCertificate? Shown { get; private set; }

    public string Seal { get; private set; } = "";

    public async Task OnPostFindAsync(string? url)
    {
        Typed = url ?? "";
        try
        {
            FoundCertificate found = await finder.FindAsync(Typed, Aborted);
            if (found.Certificate is null)
            {
                Say(
                    "That application speaks older versions only. They encrypt nothing for the provider, so there is nothing to pin: name the version in the configuration of the client."
                );
                return;
            }

            Shown = ShownCertificate.Of(found);
            Seal = seals.Seal(Shown, Purpose, Administrator);
        }
        catch (CertificateException problem)
        {
            Say(problem.Message);
        }
    }

    public async Task<IActionResult> OnPostConfirmAsync(string? seal)
    {
        if (seals.Open(seal, Purpose, Administrator) is not { } shown)
        {
            Say(
                "This form is too old, or not yours, so it is not certain which certificate you saw. Begin again with the base URL."
            );
            return Page();
        }

        Typed = shown.Url;
        try
        {
            await Store.Providers.AddAsync(await finder.FindAgainAsync(shown, Aborted), Administrator, Aborted);
            return Done("provider-added", "/providers");
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
}
