using System.Net;
using System.Security.Cryptography;
using TrustedApps.Keys;
using TrustedApps.Replay;
using TrustedApps.Responses;

namespace TrustedApps.Tests.Client;

/// <summary>
/// A provider as the innermost handler that proves its responses: the verifier decides, and what comes from it may be
/// changed on the way.
/// </summary>
internal sealed class ProvingServer(TimeProvider clock, ApplicationKeys? trusted = null) : HttpMessageHandler
{
    private readonly AssertionVerifier _verifier = new(
        new InMemoryTrustStore(Fixture.Trust(
            trusted ?? Fixture.Wiki,
            new TrustConditions { Addresses = ["*"], Urls = ["*"], Versions = [ProtocolVersion.Version4], AllowDelegation = true, Scopes = ["issues.read", "issues.write"] })),
        UserResolvers.List(["fred", "ann"], denied: ["bob"]),
        new AssertionVerifierOptions { BaseUrls = [Fixture.Base], Keys = Fixture.Tracker },
        new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }, clock),
        clock);

    public List<Request> Requests { get; } = [];

    public List<Verdict> Verdicts { get; } = [];

    /// <summary>The application's answer to an accepted request.</summary>
    public Func<Reply> Answer { get; set; } = () => new Reply();

    /// <summary>What becomes of a response on the way.</summary>
    public Action<HttpResponseMessage> OnTheWay { get; set; } = _ => { };

    /// <summary>What becomes of a request on the way.</summary>
    public Func<Request, Request> Change { get; set; } = request => request;

    /// <summary>Answers in place of the provider.</summary>
    public Func<Request, HttpResponseMessage?> InPlace { get; set; } = _ => null;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Request received = request.Headers.NonValidated.Aggregate(
            new Request { Method = request.Method.Method, Target = request.RequestUri!.PathAndQuery },
            (made, header) => made.With(header.Key, header.Value.ToString())); // on one line, as HttpClient sends it
        if (request.Content is { } content)
        {
            received = received with { Content = await content.ReadAsStreamAsync(cancellationToken) };
            received = content.Headers.NonValidated.Aggregate(received, (made, header) => made.With(header.Key, header.Value.ToString()));
        }

        received = Change(received);
        Requests.Add(received);
        if (InPlace(received) is { } other) return other;
        Verdict verdict = await _verifier.VerifyAsync(received.ToIncoming(), cancellationToken: cancellationToken);
        Verdicts.Add(verdict);
        HttpResponseMessage response = Respond(verdict, request.Method == HttpMethod.Head);
        response.RequestMessage = request;
        OnTheWay(response);
        return response;
    }

    private HttpResponseMessage Respond(Verdict verdict, bool isHead)
    {
        Reply reply = verdict.Accepted ? Answer() : new Reply { Status = verdict.HttpStatus, Content = null, ContentType = null };
        byte[] bytes = isHead ? [] : reply.Content ?? [];
        var response = new HttpResponseMessage((HttpStatusCode)reply.Status);
        foreach ((string name, string value) in verdict.GetResponseHeaders()) response.Headers.TryAddWithoutValidation(name, value);
        response.Headers.Date = clock.GetUtcNow();
        if (reply.Location is not null) response.Headers.TryAddWithoutValidation("Location", reply.Location);

        string? error = response.Headers.NonValidated.TryGetValues("X-Seraph-Trusted-App-Error", out var errors) ? errors.ToString() : null;
        string? digest = bytes.Length == 0 ? null : $"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:";
        var proven = new ProvenResponse
        {
            Status = reply.Status,
            ContentType = reply.ContentType,
            ContentEncoding = reply.ContentEncoding,
            Location = reply.Location,
            ContentDigest = reply.Digest ?? digest,
            Error = error,
        };
        DateTimeOffset now = clock.GetUtcNow();
        response.Content = new StreamContent(new Trickle(bytes, () =>
        {
            if (reply.Digest != ProvenResponse.DigestInTrailer || verdict.Prover is null) return;
            response.TrailingHeaders.TryAddWithoutValidation(ResponseProver.HeaderName, verdict.Prover.Prove(proven with { ContentDigest = digest }, now)!);
            OnTheWayOfTrailers(response);
        }));
        if (reply.ContentType is not null) response.Content.Headers.TryAddWithoutValidation("Content-Type", reply.ContentType);
        if (reply.ContentEncoding is not null) response.Content.Headers.TryAddWithoutValidation("Content-Encoding", reply.ContentEncoding);
        if (reply.HasLength) response.Content.Headers.ContentLength = reply.Content?.Length ?? 0;
        if (verdict.Prover?.Prove(proven, now) is { } proof) response.Headers.TryAddWithoutValidation(ResponseProver.HeaderName, proof);
        return response;
    }

    /// <summary>What becomes of trailers on the way.</summary>
    public Action<HttpResponseMessage> OnTheWayOfTrailers { get; set; } = _ => { };

    /// <summary>A response of the application.</summary>
    internal sealed record Reply
    {
        public int Status { get; init; } = 200;

        public byte[]? Content { get; init; } = "the list of issues"u8.ToArray();

        public string? ContentType { get; init; } = "text/plain";

        public string? ContentEncoding { get; init; }

        public string? Location { get; init; }

        /// <summary>In place of the digest of the content.</summary>
        public string? Digest { get; init; }

        public bool HasLength { get; init; } = true;
    }

    /// <summary>Content that comes in parts of at most 7 bytes; at its end something happens.</summary>
    private sealed class Trickle(byte[] bytes, Action atEnd) : ReadingStream
    {
        private int _at;

        public override int Read(Span<byte> buffer)
        {
            if (_at == bytes.Length && buffer.Length > 0) atEnd();
            int read = Math.Min(Math.Min(7, buffer.Length), bytes.Length - _at);
            bytes.AsSpan(_at, read).CopyTo(buffer);
            _at += read;
            return read;
        }
    }
}
