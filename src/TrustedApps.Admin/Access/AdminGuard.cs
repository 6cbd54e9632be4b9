using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.Admin.Display;

namespace TrustedApps.Admin.Access;

/// <summary>
/// The filter before every page, whatever the host has set up: it checks the policy, the name for the audit trail and
/// the antiforgery token, and sets the headers.
/// </summary>
internal sealed partial class AdminGuard(TrustedAppsAdminOptions options)
    : IAsyncAuthorizationFilter,
        IExceptionFilter,
        IPageFilter,
        IOrderedFilter
{
    private const string Handler = "handler"; // Razor Pages' name of the parameter

    public int Order => int.MinValue;

    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        HttpContext http = context.HttpContext;
        PageHeaders.Set(http.Response);
        AuthorizationPolicy? policy = await http
            .RequestServices.GetRequiredService<IAuthorizationPolicyProvider>()
            .GetPolicyAsync(options.Policy ?? "");
        if (
            policy is null
            || !(
                await http
                    .RequestServices.GetRequiredService<IAuthorizationService>()
                    .AuthorizeAsync(http.User, http, policy)
            ).Succeeded
        )
        {
            string[] schemes = [.. policy?.AuthenticationSchemes ?? []];
            context.Result =
                http.User.Identity?.IsAuthenticated == true ? new ForbidResult(schemes) : new ChallengeResult(schemes);
        }
        else if (TrustedRequest.Is(http))
        {
            context.Result = Problem(
                http,
                StatusCodes.Status403Forbidden,
                "Not for applications",
                "A trusted application made this request on behalf of its user. Trusts are administered by people, who log in here."
            );
        }
        else if (AdministratorName.Of(http.User) is null)
        {
            context.Result = Problem(
                http,
                StatusCodes.Status403Forbidden,
                "You have no name",
                "You are logged in without a name, so the audit trail could not name you. Ask the operator of this application to give administrators a name (a claim of the type of the identity's name, or a name identifier)."
            );
        }
        else if (
            !HttpMethods.IsGet(http.Request.Method)
            && !HttpMethods.IsHead(http.Request.Method)
            && !HttpMethods.IsPost(http.Request.Method)
        )
        {
            context.Result = new StatusCodeResult(StatusCodes.Status405MethodNotAllowed);
        }
        else if (HttpMethods.IsPost(http.Request.Method) && !await HasTokenAsync(http))
        {
            context.Result = Problem(
                http,
                StatusCodes.Status400BadRequest,
                "This form is too old",
                "The form was not made for you, or long ago, so nothing was changed. Open the page again and fill in the form anew.",
                ("Back to the form", FormOf(http.Request))
            );
        }
    }

    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
        // Decided before the handler runs, below.
    }

    // Razor Pages show a page without a handler when there is none of that name. A log-in that was necessary because
    // the session had ended leads back to the address of the form, with GET.
    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        HttpRequest request = context.HttpContext.Request;
        if (!HttpMethods.IsPost(request.Method) && request.Query.ContainsKey(Handler))
        {
            context.Result = new RedirectResult(FormOf(request, ("done", Notices.NotSent)));
        }
        else if (context.HandlerMethod is null && HttpMethods.IsPost(request.Method))
        {
            context.Result = Problem(
                context.HttpContext,
                StatusCodes.Status404NotFound,
                "There is no such thing",
                "The page has nothing of that name to do."
            );
        }
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
        // Nothing is left to do.
    }

    public void OnException(ExceptionContext context)
    {
        HttpContext http = context.HttpContext;
        if (!DatabaseFailure.Is(context.Exception)) return;
        DatabaseDidNotAnswer(
            http.RequestServices.GetRequiredService<ILogger<AdminGuard>>(),
            context.Exception.GetBaseException().Message
        );
        context.Result = Problem(
            http,
            StatusCodes.Status503ServiceUnavailable,
            "The database does not answer",
            "Nothing can be shown or changed until the database of trusts answers again. Whether a change that was being made was made is shown then. The log of this application has the cause."
        );
    }

    private static async Task<bool> HasTokenAsync(HttpContext http)
    {
        try
        {
            return await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http);
        }
        catch (Exception mistake)
            when (mistake is AntiforgeryValidationException or InvalidDataException or BadHttpRequestException)
        {
            return false;
        }
    }

    private ContentResult Problem(
        HttpContext http,
        int status,
        string title,
        string text,
        (string Text, string Url)? remedy = null
    ) => ProblemPage.Of(new Links(http.Request.PathBase.ToUriComponent() + options.Path), status, title, text, remedy);

    // The address of the page on which a form stands.
    private static string FormOf(HttpRequest request, params IEnumerable<(string Name, string Value)> more)
    {
        var query = new QueryBuilder(
            request
                .Query.Where(parameter => !string.Equals(parameter.Key, Handler, StringComparison.OrdinalIgnoreCase))
                .Select(parameter => KeyValuePair.Create(parameter.Key, parameter.Value.ToString()))
        );
        foreach ((string name, string value) in more) query.Add(name, value);
        return request.PathBase.ToUriComponent() + request.Path.ToUriComponent() + query;
    }

    [LoggerMessage(
        81,
        LogLevel.Error,
        "A page of the trust administration could not be shown, because the database did not answer: {Problem}",
        EventName = "AdministrationPageFailed"
    )]
    private static partial void DatabaseDidNotAnswer(ILogger logger, string problem);
}
