using System.Security.Cryptography;
using System.Text;

namespace TrustedApps.IntegrationTests.Adversary;

/// <summary>What a consumer meant with a request.</summary>
internal sealed record Intent
{
    /// <summary>Stands in the URL, and nowhere else.</summary>
    public required string Marker { get; init; }

    public required string Consumer { get; init; }

    public required string Provider { get; init; }

    public required string? User { get; init; }

    public required string Method { get; init; }

    public required string Target { get; init; }

    public byte[] Content { get; init; } = [];

    public string? ContentType { get; init; }

    public bool IsContentBound { get; init; } = true;

    public Dictionary<string, string> Headers { get; init; } = [];

    public IReadOnlyList<string> Bound { get; init; } = [];

    public IReadOnlyList<string> Actors { get; init; } = [];

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public required AnswerKind Kind { get; init; }

    public bool IsIdempotent => Method is "GET" or "HEAD" or "PUT" or "DELETE";
}

/// <summary>The kinds of answers.</summary>
internal enum AnswerKind
{
    Small,
    Empty,
    NotFound,
    Failed,
    Redirect,
    Large,
    Flushed,
}

/// <summary>The answer that a provider gives to one request.</summary>
internal sealed record Truth(int Status, string? ContentType, string? Location, byte[] Content)
{
    public static Truth Of(string provider, string marker, AnswerKind kind)
    {
        string text = $"{provider} has done {marker}";
        byte[] small = Encoding.ASCII.GetBytes(text);
        return kind switch
        {
            AnswerKind.Small => new(200, "text/plain", null, small),
            AnswerKind.Empty => new(204, null, null, []),
            AnswerKind.NotFound => new(404, "application/json", null, Encoding.ASCII.GetBytes($"{{\"missing\":\"{text}\"}}")),
            AnswerKind.Failed => new(500, "text/plain", null, small),
            AnswerKind.Redirect => new(303, null, $"https://elsewhere.example/{marker}", []),
            _ => new(200, "application/octet-stream", null, Stretch(text)),
        };
    }

    // Longer than the limit up to which a provider buffers.
    private static byte[] Stretch(string text)
    {
        byte[] content = new byte[Site.Buffered + 1000];
        byte[] hash = SHA256.HashData(Encoding.ASCII.GetBytes(text));
        for (int at = 0; at < content.Length; at++) content[at] = hash[at % hash.Length];
        return content;
    }
}
