using System.Net;
using System.Net.Http.Headers;

namespace TrustedApps.IntegrationTests.Adversary;

/// <summary>A request as it is on the wire, for an attacker to keep and to change.</summary>
internal sealed class Message
{
    /// <summary>The provider that it is sent to.</summary>
    public required string Provider { get; set; }

    public required string Method { get; set; }

    public required string Target { get; set; }

    public required List<KeyValuePair<string, string>> Headers { get; init; }

    public required byte[] Content { get; set; }

    public string? this[string name] => Headers.Find(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public static async Task<Message> OfAsync(HttpRequestMessage request, string provider, CancellationToken cancellationToken) => new()
    {
        Provider = provider,
        Method = request.Method.Method,
        Target = request.RequestUri!.PathAndQuery,
        Headers = [.. Flatten(request.Headers.NonValidated), .. request.Content is null ? [] : Flatten(request.Content.Headers.NonValidated)],
        Content = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken),
    };

    public Message Copy() => new() { Provider = Provider, Method = Method, Target = Target, Headers = [.. Headers], Content = Content };

    public void Remove(string name) => Headers.RemoveAll(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Sets a header; null removes it.</summary>
    public void Set(string name, string? value)
    {
        Remove(name);
        if (value is not null) Headers.Add(new(name, value));
    }

    public HttpRequestMessage ToRequest(string origin, Version version)
    {
        var target = new Uri(origin + Target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(Method), target) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (Content.Length > 0) request.Content = new ByteArrayContent(Content);
        foreach ((string name, string value) in Headers)
        {
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) || name.Equals("Host", StringComparison.OrdinalIgnoreCase)) continue;
            bool isOfContent = name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);
            if (isOfContent) request.Content?.Headers.TryAddWithoutValidation(name, value);
            else request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static IEnumerable<KeyValuePair<string, string>> Flatten(HttpHeadersNonValidated headers) =>
        headers.SelectMany(header => header.Value.Select(value => KeyValuePair.Create(header.Key, value)));
}

/// <summary>A response as it is on the wire. Immutable.</summary>
internal sealed record Reply(
    int Status,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    byte[] Content,
    IReadOnlyList<KeyValuePair<string, string>> Trailers)
{
    public static async Task<Reply> OfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] content = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return new((int)response.StatusCode, [.. Flatten(response.Headers.NonValidated), .. Flatten(response.Content.Headers.NonValidated)], content, [.. Flatten(response.TrailingHeaders.NonValidated)]);
    }

    /// <summary>The same with another header; null removes it.</summary>
    public Reply With(string name, string? value) => this with
    {
        Headers = [.. Headers.Where(header => !header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)), .. value is null ? [] : (KeyValuePair<string, string>[])[new(name, value)]],
    };

    public HttpResponseMessage ToResponse(HttpRequestMessage request)
    {
        var response = new HttpResponseMessage((HttpStatusCode)Status) { RequestMessage = request, Content = new ByteArrayContent(Content) };
        foreach ((string name, string value) in Headers)
        {
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)) continue;
            if (!response.Headers.TryAddWithoutValidation(name, value)) response.Content.Headers.TryAddWithoutValidation(name, value);
        }

        foreach ((string name, string value) in Trailers) response.TrailingHeaders.TryAddWithoutValidation(name, value);
        return response;
    }

    private static IEnumerable<KeyValuePair<string, string>> Flatten(HttpHeadersNonValidated headers) =>
        headers.SelectMany(header => header.Value.Select(value => KeyValuePair.Create(header.Key, value)));
}
