using System.Net.Http.Headers;
using TrustedApps;
using TrustedApps.Client;

namespace Demo;

/// <summary>Sends attempts as they are: what the handler of an HttpClient would never do.</summary>
internal static class Sender
{
    private static readonly HttpClient _http = new(TrustedAppHandler.CreateInnerHandler());

    public static async Task<Answer> SendAsync(Attempt attempt)
    {
        string? type = attempt.Content.Length > 0 ? "application/json" : null;
        AssertionHeaders headers = await attempt.Issuer.IssueAsync(
            attempt.User, attempt.SignedUrl ?? attempt.Url, attempt.Method.Method, ContentBinding.Of(attempt.Content, type));

        for (int sent = 1; sent < attempt.Times; sent++) (await SendAsync(attempt, headers, type)).Dispose();
        using HttpResponseMessage response = await SendAsync(attempt, headers, type);
        return new Answer(attempt, response.StatusCode, Find(response, Answer.StatusHeader), Find(response, Answer.ErrorHeader));
    }

    private static async Task<HttpResponseMessage> SendAsync(Attempt attempt, AssertionHeaders headers, string? type)
    {
        using var request = new HttpRequestMessage(attempt.Method, attempt.Url);
        foreach ((string name, string value) in headers.Enumerate()) request.Headers.TryAddWithoutValidation(name, value);
        if (type is not null) request.Content = new ByteArrayContent(attempt.SentContent ?? attempt.Content) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        return await _http.SendAsync(request);
    }

    private static string Find(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out IEnumerable<string>? values) ? string.Join(", ", values) : "";
}
