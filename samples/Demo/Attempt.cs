using System.Net;
using TrustedApps;

namespace Demo;

/// <summary>A request, and the code that it is to be refused with; null when it is a good one.</summary>
internal sealed record Attempt(string What, string? Code, string User, AssertionIssuer Issuer, string Url)
{
    public HttpMethod Method { get; init; } = HttpMethod.Get;

    public string? SignedUrl { get; init; }

    /// <summary>The content for which the assertion is made.</summary>
    public byte[] Content { get; init; } = [];

    /// <summary>The content that is sent, when somebody changes it on the way.</summary>
    public byte[]? SentContent { get; init; }

    /// <summary>How often the same headers are sent; the last answer counts.</summary>
    public int Times { get; init; } = 1;

    public int Status { get; init; } = 401;
}

/// <summary>What came back.</summary>
internal sealed record Answer(Attempt Attempt, HttpStatusCode HttpStatus, string Status, string Error)
{
    public const string StatusHeader = "X-Seraph-Trusted-App-Status";
    public const string ErrorHeader = "X-Seraph-Trusted-App-Error";

    public string Expected => Attempt.Code is null ? "2xx, OK" : $"{Attempt.Status}, ERROR, {Attempt.Code}";

    public bool IsAsExpected => Attempt.Code is null
        ? (int)HttpStatus is >= 200 and < 300 && (Status, Error) is ("OK", "")
        : ((int)HttpStatus, Status) == (Attempt.Status, "ERROR") && Error.StartsWith($"{Attempt.Code};\t", StringComparison.Ordinal);
}
