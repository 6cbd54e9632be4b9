using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using TrustedApps.Admin.Certificates;
using TrustedApps.Admin.Forms;
using TrustedApps.Certificates;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>
/// Adds a trust: base URL, certificate, conditions, confirmation. The certificate that was seen travels with the
/// form under a seal, and is compared with the one that the application serves at the end.
/// </summary>
internal sealed class AddModel(
    AdminServices admin,
    CertificateFinder finder,
    ShownCertificates seals,
    TimeProvider time
) : AdminPage(admin)
{
    private const string Purpose = "add";

    public override string Title => Step switch
    {
        AddStep.BaseUrl => "Add an application",
        AddStep.Certificate => "Compare the fingerprints",
        AddStep.Conditions => "Say what it may do",
        _ => "Confirm the trust",
    };

    public override string Place => "add";

    public AddStep Step { get; private set; }

    public string Typed { get; private set; } = "";

    public ShownCertificate? Shown { get; private set; }

    public string Seal { get; private set; } = "";

    public ConditionsForm Form { get; private set; } = ConditionsForm.Default;

    public TryForm Try { get; private set; } = new();

    public bool IsSuggested { get; private set; }

    public TrustConditions? Conditions { get; private set; }

    public async Task OnPostFindAsync(string? url)
    {
        Typed = url ?? "";
        try
        {
            FoundCertificate found = await finder.FindAsync(Typed, Aborted);
            if (await Store.Trusts.FindAsync(found.Id, Aborted) is not null)
            {
                Say(
                    $"'{found.Id}' is trusted already. To change what it may do, or to replace its certificate, open it in the list.",
                    StatusCodes.Status409Conflict
                );
                return;
            }

            Shown = ShownCertificate.Of(found);
            Seal = seals.Seal(Shown, Purpose, Administrator);
            Step = AddStep.Certificate;
        }
        catch (CertificateException problem)
        {
            Say(problem.Message);
        }
    }

    public async Task OnPostConditionsAsync(string? seal)
    {
        if (!Open(seal)) return;
        IReadOnlyList<string> addresses = await AddressSuggestion.FindAsync(Shown!.Url, time, Aborted);
        Form = ConditionsForm.Default.Named(Shown.Name)
            .With(nameof(TrustConditions.Addresses), string.Join('\n', addresses))
            .With(nameof(TrustConditions.FutureTolerance), "0");
        Try = new TryForm { Address = addresses is [var first, ..] ? first : "", User = "fred" };
        IsSuggested = true;
        Step = AddStep.Conditions;
    }

    public async Task OnPostTryAsync(string? seal)
    {
        if (!Open(seal)) return;
        ReadForm();
        try
        {
            TrustConditions conditions = Form.ToConditions(Shown!.IsLegacy);
            Try = await TryAsync(Try, conditions, Shown.IsLegacy, Shown.Id, isSuspended: null);
        }
        catch (ArgumentException mistake)
        {
            Say(Entered.MessageOf(mistake));
        }
    }

    public void OnPostBack(string? seal)
    {
        if (Open(seal)) ReadForm();
    }

    public async Task OnPostReviewAsync(string? seal)
    {
        if (!Open(seal)) return;
        ReadForm();
        if (await FindTrustAsync() is not { } trust) return;
        Conditions = trust.Conditions;
        Step = AddStep.Confirmation;
    }

    public async Task<IActionResult> OnPostConfirmAsync(string? seal)
    {
        if (!Open(seal)) return Page();
        ReadForm();
        if (await FindTrustAsync() is not { } trust) return Page();
        try
        {
            await Store.Trusts.AddAsync(trust, Administrator, Aborted);
            return Done("added", "/trust", ("id", trust.Id));
        }
        catch (AdministrationException problem)
        {
            Say(problem);
            return Page();
        }
    }

    private void ReadForm()
    {
        (Form, Try) = (ConditionsForm.Read(Request.Form), TryForm.Read(Request.Form));
        Step = AddStep.Conditions;
    }

    private bool Open(string? seal)
    {
        Shown = seals.Open(seal, Purpose, Administrator);
        Seal = seal ?? "";
        if (Shown is null)
        {
            Say(
                "This form is too old, or not yours, so it is not certain which certificate you saw. Begin again with the base URL."
            );
        }

        return Shown is not null;
    }

    private async Task<TrustedApplication?> FindTrustAsync()
    {
        try
        {
            FoundCertificate found = await finder.FindAgainAsync(Shown!, Aborted);
            return found.ToTrust(
                Form.Name.Length == 0 ? null : Form.Name,
                Form.ToConditions(Shown!.IsLegacy),
                legacy: null,
                Now
            );
        }
        catch (CertificateException problem)
        {
            Say(problem.Message, StatusCodes.Status409Conflict);
        }
        catch (ArgumentException mistake)
        {
            Say(Entered.MessageOf(mistake));
        }

        return null;
    }
}

/// <summary>The steps of adding a trust.</summary>
internal enum AddStep
{
    BaseUrl,
    Certificate,
    Conditions,
    Confirmation,
}
