using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Mvc;

namespace TrustedApps.Admin.Display;

/// <summary>A page that describes a problem. It needs neither the database nor Razor.</summary>
internal static class ProblemPage
{
    /// <summary>Makes the page.</summary>
    /// <param name="links">The addresses of the pages.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="title">The title.</param>
    /// <param name="text">The problem, and what to do.</param>
    /// <param name="remedy">The page where it is done; null for the list alone.</param>
    public static ContentResult Of(
        Links links,
        int status,
        string title,
        string text,
        (string Text, string Url)? remedy = null
    ) => new()
    {
        StatusCode = status,
        ContentType = "text/html; charset=utf-8",
        Content = $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{Encode(title)}</title>
            <link rel="stylesheet" href="{Encode(links.To(Links.Stylesheet))}">
            </head>
            <body>
            <main>
            <h1>{Encode(title)}</h1>
            <p class="problem" role="alert">{Encode(text)}</p>
            {(remedy is { } link ? $"""<p><a href="{Encode(link.Url)}">{Encode(link.Text)}</a></p>""" : "")}
            <p><a href="{Encode(links.List)}">Trusted applications</a></p>
            </main>
            </body>
            </html>
            """,
    };

    private static string Encode(string text) => HtmlEncoder.Default.Encode(Visible.Text(text));
}
