using Microsoft.Extensions.Primitives;
using TrustedApps.Diagnostics;

namespace TrustedApps.Tests;

/// <summary>Requests of older versions that came for none of the base URLs, and the advice for each.</summary>
public sealed class OtherBaseUrlTests
{
    private static readonly BaseUrl[] _baseUrls = [BaseUrl.Parse("https://127.0.0.1:17443/app"), BaseUrl.Parse("https://tracker.example/app")];

    [Theory]
    [InlineData("http", "127.0.0.1:17443", "/app", "url.other-scheme")]
    [InlineData("http", "tracker.example", "/app", "url.other-scheme")]
    [InlineData("https", "inner:8080", "/app", "url.other-origin")]
    [InlineData("http", "inner:8080", "/app", "url.other-origin")]
    [InlineData("https", "tracker.example:8443", "/app", "url.other-origin")]
    [InlineData("https", "tracker.example", "/other", "url.other-base")]
    [InlineData("http", "inner", "", "url.other-base")]
    public void The_reason_says_what_differs(string scheme, string host, string pathBase, string reason)
    {
        var request = new IncomingRequest
        {
            Method = "GET",
            Scheme = scheme,
            Host = host,
            PathBase = pathBase,
            Target = $"{pathBase}/rest",
            Headers = new Dictionary<string, StringValues>(),
        };

        RejectionReason found = BaseUrl.Explain(RejectionReason.NotOurUrl, _baseUrls, request);

        Assert.Equal(reason, found.Id);
        Assert.Equal(reason == "url.other-scheme", found.Advice.Contains("Do not add {0} to BaseUrls", StringComparison.Ordinal));
    }
}
