using Microsoft.OpenApi;

namespace TrustedApps.AspNetCore.OpenApi;

/// <summary>
/// A trusted-application scheme as OpenAPI can say it: an API key in the header that every trusted request has.
/// </summary>
/// <remarks>
/// The type <c>http</c> would be wrong: it means the header Authorization, and generated clients would send it.
/// </remarks>
internal static class TrustedAppsSecurityScheme
{
    private static readonly string _assertion = AssertionHeaders.CertNames[0];

    private static readonly string _description =
        $"""
        Another application that is trusted here makes the request on behalf of its logged-in user: protocol of trusted applications, version 4.
        `{_assertion}` holds the assertion, which is made anew for each request; `X-Seraph-Trusted-App-ID`, `X-Seraph-Trusted-App-Version` and `X-Seraph-Trusted-App-Key` come with it.
        There is no value to paste here. In .NET, `AddHttpClient(...).AddTrustedApp(...)` of the package TrustedApps sets the headers; `trusted-apps issue` makes those of one request for a trial. `docs/protocol.md` of TrustedApps describes them.
        """;

    public static void AddTo(OpenApiDocument document, string scheme) => document.AddComponent(
        IdOf(scheme),
        new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = _assertion,
            Description = _description,
        });

    public static OpenApiSecurityRequirement Require(string scheme, OpenApiDocument document) =>
        new() { [new OpenApiSecuritySchemeReference(IdOf(scheme), document)] = [] };

    /// <summary>Whether a requirement is one of this package: its scheme is in the header of assertions.</summary>
    public static bool IsRequiredBy(OpenApiSecurityRequirement requirement) =>
        requirement.Keys.All(scheme => scheme.Name == _assertion);

    // The names of components have fewer characters than those of schemes.
    private static string IdOf(string scheme) => string.Concat(scheme.Select(character =>
        char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' ? character : '-'));
}
