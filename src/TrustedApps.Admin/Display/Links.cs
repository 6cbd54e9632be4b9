using Microsoft.AspNetCore.Http;

namespace TrustedApps.Admin.Display;

/// <summary>Addresses of the pages. Ids are text from outside, so they stand in the query.</summary>
/// <param name="path">The path of the list, with the host's path base.</param>
internal sealed class Links(string path)
{
    public const string Stylesheet = "/style.css";

    public string List => path;

    public string To(string page, params IEnumerable<(string Name, string? Value)> query) =>
        path
        + page
        + QueryString.Create(
            query
                .Where(parameter => !string.IsNullOrEmpty(parameter.Value))
                .Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value))
        );

    /// <summary>The page on which a decision about one application is confirmed.</summary>
    public string Decide(string id, Decision decision) => To("/decide", ("id", id), ("what", decision.ToString()));

    /// <summary>A page about one application.</summary>
    public string Of(string page, string id) => To(page, ("id", id));
}
