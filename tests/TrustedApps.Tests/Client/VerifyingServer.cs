using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Primitives;

namespace TrustedApps.Tests.Client;

/// <summary>A provider as the innermost handler: the verifier decides, and the response says what it decided.</summary>
internal sealed class VerifyingServer(Func<AssertionVerifier> verifier, DateTimeOffset? date = null) : HttpMessageHandler
{
    /// <summary>The key grants of the requests, by the header that names them.</summary>
    public List<string> KeyGrants { get; } = [];

    /// <summary>The requests.</summary>
    public List<Request> Requests { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Request received = request.Headers.NonValidated.Aggregate(
            new Request { Method = request.Method.Method, Target = request.RequestUri!.PathAndQuery },
            (made, header) => made.With(header.Key, new StringValues([.. header.Value])));
        if (request.Content is { } content)
        {
            received = received with { Content = await content.ReadAsStreamAsync(cancellationToken) };
            received = content.Headers.NonValidated.Aggregate(received, (made, header) => made.With(header.Key, header.Value.ToString()));
        }

        lock (Requests)
        {
            KeyGrants.Add(received[Seraph.Cert].Split('.')[0]);
            Requests.Add(received);
        }

        Verdict verdict = await verifier().VerifyAsync(received.ToIncoming(), cancellationToken: cancellationToken);
        var response = new HttpResponseMessage((HttpStatusCode)verdict.HttpStatus) { RequestMessage = request };
        if (date is not null) response.Headers.Date = date;
        foreach ((string name, string value) in verdict.GetResponseHeaders()) response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }
}
