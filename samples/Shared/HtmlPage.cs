namespace Samples;

/// <summary>The frame of every page, with the headers that keep it from running, loading or being framed by anything.</summary>
internal static class HtmlPage
{
    private const string StylePath = "/style.css";

    public static IResult Show(HttpContext context, string title, Html content)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

        Html page = Html.Of(
            $"""
             <!DOCTYPE html>
             <html lang="en">
             <head>
             <meta charset="utf-8">
             <meta name="viewport" content="width=device-width, initial-scale=1">
             <title>{title}</title>
             <link rel="stylesheet" href="{StylePath}">
             </head>
             <body>
             {content}
             </body>
             </html>
             """);
        return Results.Content(page.ToString(), "text/html; charset=utf-8");
    }

    // From the assembly, so that the sample can be started in any directory.
    public static void MapStyle(IEndpointRouteBuilder app) => app.MapGet(StylePath, () =>
        Results.Stream(typeof(HtmlPage).Assembly.GetManifestResourceStream("style.css")!, "text/css"));
}
