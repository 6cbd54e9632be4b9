using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TrustedApps.Admin.Access;
using TrustedApps.Admin.Display;
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

    protected ContentResult NotTrusted(string id) =>
        ProblemPage.Of(
            Links,
            StatusCodes.Status404NotFound,
            "Not trusted",
            $"'{id}' is not trusted by this store. Another administrator may have removed it; the audit trail has the name."
        );
}
