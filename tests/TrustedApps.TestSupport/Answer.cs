using System.Globalization;
using System.Text;

namespace TrustedApps.TestSupport;

/// <summary>A response, taken apart.</summary>
internal sealed record Answer(int Status, ILookup<string, string> Headers, string Body)
{
    /// <summary>The value of a header; null without it, joined by commas where it came more than once.</summary>
    public string? this[string name] => Headers.Contains(name) ? string.Join(", ", Headers[name]) : null;

    /// <summary>The code of a refusal in the Atlassian dialect, <c>OK</c>, or null where the response says nothing.</summary>
    public string? Code => this["X-Seraph-Trusted-App-Status"] switch
    {
        "ERROR" => this["X-Seraph-Trusted-App-Error"]!.Split(";\t")[0],
        var status => status,
    };

    public static async Task<Answer> OfAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated) // as they came
            .SelectMany(header => header.Value.Select(value => (header.Key, value)))
            .ToLookup(header => header.Key, header => header.value, StringComparer.OrdinalIgnoreCase),
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    /// <summary>Reads the first response in a text whose characters are bytes.</summary>
    public static Answer Parse(string text)
    {
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        string[] head = text[..end].Split("\r\n");
        ILookup<string, string> headers = head.Skip(1).Select(line => line.Split(": ", 2))
            .ToLookup(line => line[0], line => line[1], StringComparer.OrdinalIgnoreCase);
        string body = text[(end + 4)..];
        bool isChunked = headers["Transfer-Encoding"].Contains("chunked");
        return new Answer(int.Parse(head[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, isChunked ? Join(body) : body);
    }

    // RFC 9112 section 7.1, without extensions and trailers
    private static string Join(string chunks)
    {
        var body = new StringBuilder();
        while (true)
        {
            int end = chunks.IndexOf("\r\n", StringComparison.Ordinal);
            int length = int.Parse(chunks.AsSpan(0, end), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (length == 0) return body.ToString();
            body.Append(chunks, end + 2, length);
            chunks = chunks[(end + 2 + length + 2)..];
        }
    }
}
