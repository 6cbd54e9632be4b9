using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Admin.Access;
using TrustedApps.Admin.Display;
using TrustedApps.Admin.Forms;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>The members that all pages share.</summary>
internal abstract class AdminPage(AdminServices admin) : PageModel
{
    public abstract string Title { get; }

    /// <summary>The entry of the navigation that the page belongs to.</summary>
    public abstract string Place { get; }

    public Links Links => field ??= new Links(Request.PathBase.ToUriComponent() + admin.Options.Path);

    public DateTimeOffset Now => field == default ? field = admin.Now : field;

    /// <summary>The reason why a change was not made.</summary>
    public string? Problem { get; private set; }

    /// <summary>The notice of the change after which the browser was redirected here.</summary>
    public string? Notice => Notices.Find((string?)Request.Query["done"]);

    protected AdminServices Admin => admin;

    protected TrustedAppsStore Store => admin.Store;

    protected string Administrator => AdministratorName.Of(User)!; // AdminGuard refuses users without a name

    protected CancellationToken Aborted => HttpContext.RequestAborted;

    protected void Say(string problem, int status = StatusCodes.Status400BadRequest) =>
        (Problem, Response.StatusCode) = (problem, status);

    protected void Say(AdministrationException problem) => Say(problem.Message, problem.Problem switch
    {
        AdministrationProblem.NotFound => StatusCodes.Status404NotFound,
        AdministrationProblem.Invalid => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status409Conflict,
    });

    protected RedirectResult Done(string notice, string page, params IEnumerable<(string Name, string? Value)> query) =>
        Redirect(Links.To(page, [.. query, ("done", notice)]));

    /// <summary>Tries a request with the conditions of a form and the users of this application.</summary>
    protected async Task<TryForm> TryAsync(
        TryForm request,
        TrustConditions conditions,
        bool isLegacy,
        string applicationId,
        bool? isSuspended
    )
    {
        request = request with { Result = null, Mistake = null };
        if (!IPAddress.TryParse(request.Address, out IPAddress? address))
        {
            return request with { Mistake = "Enter the address that the request comes from, such as 192.0.2.7." };
        }

        if (request.Method.Length == 0)
        {
            return request with { Mistake = "Enter the method of the request, such as GET." };
        }

        var trial = new Trial
        {
            Version = isLegacy ? conditions.Versions?[0] ?? ProtocolVersion.Atlassian3 : ProtocolVersion.Version4,
            Address = address,
            Method = request.Method,
            Path = request.Path,
            User = request.User.Length == 0 ? null : request.User,
            Origin = applicationId,
            Users = HttpContext.RequestServices.GetUserResolver(Admin.Options.AuthenticationScheme),
            IsSuspended = isSuspended,
        };
        return request with { Result = await trial.RunAsync(conditions, Aborted) };
    }
}
