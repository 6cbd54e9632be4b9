using Microsoft.AspNetCore.Http;

namespace TrustedApps.Admin.Forms;

/// <summary>A request that an administrator tries a trust with.</summary>
internal sealed record TryForm
{
    private const string AnySegment = "example"; // in the place of a * of a pattern

    public string Address { get; init; } = "";

    public string Method { get; init; } = "GET";

    public string Path { get; init; } = "/";

    public string User { get; init; } = "";

    /// <summary>The result; null before the request was tried.</summary>
    public TrialResult? Result { get; init; }

    /// <summary>The result that a field is not valid; null if all are.</summary>
    public string? Mistake { get; init; }

    /// <summary>A request that the addresses and URLs of conditions allow.</summary>
    public static TryForm Of(TrustConditions conditions) => new()
    {
        Address =
            conditions.Addresses.FirstOrDefault(pattern => !pattern.Contains('*', StringComparison.Ordinal))
            ?? (conditions.Addresses.Contains("*", StringComparer.Ordinal) ? "127.0.0.1" : ""),
        Path = PathFor(conditions.Urls[0]),
        User = "fred",
    };

    public static TryForm Read(IFormCollection form) => new()
    {
        Address = ((string?)form["tryAddress"] ?? "").Trim(),
        Method = ((string?)form["tryMethod"] ?? "").Trim(),
        Path = ((string?)form["tryPath"] ?? "").Trim(),
        User = (string?)form["tryUser"] ?? "",
    };

    // A pattern with a final slash allows only what is below it.
    private static string PathFor(string pattern) =>
        pattern == "*"
            ? "/"
            : string.Join('/', pattern.Split('/').Select(part => part is "*" or "**" ? AnySegment : part))
                + (pattern.Length > 1 && pattern.EndsWith('/') ? AnySegment : "");
}
