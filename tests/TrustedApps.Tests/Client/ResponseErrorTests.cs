using System.Net;
using TrustedApps.Client;

namespace TrustedApps.Tests.Client;

public sealed class ResponseErrorTests
{
    [Theory]
    [InlineData("ERROR", "APP_UNKNOWN;\tUnknown {0};\t[\"wiki\"]", "APP_UNKNOWN: Unknown wiki")]
    [InlineData("error", "APP_UNKNOWN;\tUnknown {0};\t[\"wiki\"]", "APP_UNKNOWN: Unknown wiki")]
    [InlineData(" Error ", "APP_UNKNOWN; Unknown {0}; [\"wiki\"]", "APP_UNKNOWN: Unknown wiki")]
    [InlineData("ERROR", "OLD_CERT", "OLD_CERT: The provider gave no readable reason")]
    [InlineData("ERROR", null, "UNKNOWN: The provider gave no readable reason")]
    [InlineData("OK", "APP_UNKNOWN;\tUnknown {0};\t[\"wiki\"]", null)]
    [InlineData("ERRORS", "APP_UNKNOWN;\tUnknown {0};\t[\"wiki\"]", null)]
    public void An_error_is_read_as_providers_and_proxies_write_it(string status, string? error, string? read)
    {
        using HttpResponseMessage response = Response(("X-Seraph-Trusted-App-Status", status), ("X-Seraph-Trusted-App-Error", error));

        Assert.Equal(read, ResponseError.Find(response)?.ToString());
    }

    [Theory]
    [InlineData("Error", "USER_UNKNOWN")]
    [InlineData("ERROR", " USER_UNKNOWN\t")]
    public void Warwick_s_headers_may_have_white_space_around_their_values(string status, string code)
    {
        using HttpResponseMessage response = Response(("X-Trusted-App-Status", status), ("X-Trusted-App-Error-Code", code), ("X-Trusted-App-Error-Message", " Unknown user: fred "));

        Assert.Equal("USER_UNKNOWN: Unknown user: fred", ResponseError.Find(response)?.ToString());
    }

    [Theory]
    [InlineData("7")]
    [InlineData(" 7 ")]
    [InlineData("Mon, 30 Nov 2026 10:00:07 GMT")]
    [InlineData("Monday, 30-Nov-26 10:00:07 GMT")] // RFC 9110, section 5.6.7: the two obsolete forms
    [InlineData("Mon Nov 30 10:00:07 2026")]
    public void Retry_After_is_a_number_or_a_date(string retryAfter)
    {
        var time = new ManualTimeProvider(new DateTimeOffset(2026, 11, 30, 10, 0, 0, TimeSpan.Zero));
        using HttpResponseMessage response = Response(("Retry-After", retryAfter));
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://tracker.example/");

        Assert.True(RetryPolicy.ShouldRetry(
            request, response, new TrustedAppError(ErrorCode.Unavailable, "later"), TimeSpan.FromSeconds(10), time, out TimeSpan delay));
        Assert.Equal(TimeSpan.FromSeconds(7), delay);
    }

    private static HttpResponseMessage Response(params (string Name, string? Value)[] headers)
    {
        var response = new HttpResponseMessage(HttpStatusCode.Unauthorized);
        foreach ((string name, string? value) in headers)
        {
            if (value is not null) response.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }
}
