using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Primitives;

namespace TrustedApps.Tests.Client;

/// <summary>A provider as the innermost handler: the verifier decides, and the response says what it decided.</summary>
internal sealed class VerifyingServer(Func<AssertionVerifier> verifier, DateTimeOffset? date = null) : HttpMessageHandler
{
    private readonly Dictionary<string, string> _kept = [];

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

        string named = received[Seraph.Cert].Split('.')[0];
        lock (KeyGrants)
        {
            KeyGrants.Add(named);
            Requests.Add(received);
            if (received.Headers.ContainsKey(Seraph.Key)) _kept[named] = received[Seraph.Key];
            else if (_kept.TryGetValue(named, out string? key)) received = received.With(Seraph.Key, key);
            else
            {
                var needed = new HttpResponseMessage(HttpStatusCode.Unauthorized) { RequestMessage = request };
                needed.Headers.TryAddWithoutValidation("X-Seraph-Trusted-App-Status", "ERROR");
                needed.Headers.TryAddWithoutValidation("X-Seraph-Trusted-App-Error", "GRANT_NEEDED;	Grant needed;	[]");
                return needed;
            }
        }

        Verdict verdict = await verifier().VerifyAsync(received.ToIncoming(), cancellationToken: cancellationToken);
        var response = new HttpResponseMessage((HttpStatusCode)verdict.HttpStatus) { RequestMessage = request };
        if (date is not null) response.Headers.Date = date;
        foreach ((string name, string value) in verdict.GetResponseHeaders()) response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }
}
