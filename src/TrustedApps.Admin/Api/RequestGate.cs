using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using TrustedApps.Admin.Access;

namespace TrustedApps.Admin.Api;

/// <summary>
/// The filter before each endpoint, behind the policy. It checks the name of the administrator, the origin and the
/// length of the request, and turns exceptions into problems.
/// </summary>
internal static class RequestGate
{
    /// <summary>Returns the name of the administrator for the audit trail.</summary>
    public static string AdministratorOf(HttpContext context) =>
        AdministratorName.Of(context.User)
        ?? throw new ProblemException(
            StatusCodes.Status403Forbidden,
            "You have no name (neither a name nor a name identifier), so the audit trail could not name you: have the authentication of this host give its users one."
        );

    /// <summary>Puts the gate before an endpoint.</summary>
    public static void Guard(EndpointBuilder endpoint)
    {
        RequestDelegate next = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = context => HandleAsync(context, next);
    }

    private static async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            if (TrustedRequest.Is(context))
            {
                throw new ProblemException(
                    StatusCodes.Status403Forbidden,
                    "A trusted application made this request on behalf of its user. Trusts are administered by people, who log in here."
                );
            }

            AdministratorOf(context);
            if (!HttpMethods.IsGet(context.Request.Method)) await RequireDeliberateAsync(context);
            RequirePlainQuery(context.Request.Query, context.GetEndpoint()!.Metadata.GetMetadata<RepeatedParameter>());
            await next(context);

            // Routing gives no other reason when a parameter cannot be bound.
            bool isUnsaid =
                context.Response is
                { HasStarted: false, StatusCode: StatusCodes.Status400BadRequest, ContentType: null };
            if (isUnsaid)
            {
                throw new ProblemException(
                    StatusCodes.Status400BadRequest,
                    "A parameter is missing, or is not what it should be."
                );
            }
        }
        catch (Exception cause)
            when (!context.Response.HasStarted && Problems.TryDescribe(cause, out ProblemDocument? problem))
        {
            if (problem.Status >= StatusCodes.Status500InternalServerError)
            {
                LoggerOf(context).RequestFailed(cause, problem.Detail);
            }

            context.Response.Headers.ETag = default;
            await problem.ExecuteAsync(context);
        }
    }

    // A form or an image of another site sends the administrator's cookie along, but can neither say that its content
    // is JSON nor add a header: for those the browser asks this origin first.
    private static async Task RequireDeliberateAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        StringValues site = request.Headers["Sec-Fetch-Site"];
        if (site.Count > 0 && site.ToString() is not ("same-origin" or "none"))
        {
            throw new ProblemException(
                StatusCodes.Status403Forbidden,
                "A page of another site caused this request, so nothing was changed."
            );
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = JsonBody.MaxLength;
        }

        bool takesContent = context.GetEndpoint()!.Metadata.GetRequiredMetadata<ApiOperation>().Body is not null;
        bool isJson = JsonBody.IsJson(request.ContentType);
        if (!isJson && (takesContent || request.ContentType is not null))
        {
            throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType,
                "The content must be application/json."
            );
        }

        if (!isJson && request.Headers.XRequestedWith.Count == 0)
        {
            throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType,
                "A change without content needs the header X-Requested-With, with whatever value, or Content-Type: application/json: other sites can send neither."
            );
        }

        if (!takesContent) await JsonBody.RequireNoneAsync(context);
    }

    private static void RequirePlainQuery(IQueryCollection query, RepeatedParameter? repeated)
    {
        foreach ((string name, StringValues values) in query)
        {
            int maximum = string.Equals(name, repeated?.Name, StringComparison.OrdinalIgnoreCase)
                ? repeated!.Maximum
                : 1;
            if (values.Count > maximum)
            {
                throw new ProblemException(
                    StatusCodes.Status400BadRequest,
                    $"The parameter '{name}' comes {values.Count} times."
                );
            }

            if (values.Any(value => value?.Contains('\0', StringComparison.Ordinal) == true))
            {
                throw new ProblemException(
                    StatusCodes.Status400BadRequest,
                    $"The parameter '{name}' holds a NUL character."
                );
            }
        }
    }

    private static ILogger LoggerOf(HttpContext context) =>
        context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ManagementApi).FullName!);
}
