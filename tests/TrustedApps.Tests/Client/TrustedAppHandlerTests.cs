using System.Net;
using TrustedApps.Client;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Client;

public sealed class TrustedAppHandlerTests
{
    [Fact]
    public async Task A_retry_uses_the_issuer_of_that_moment()
    {
        var provider = new RejectingOnce();
        var issuers = new Issuers(Issuer(Fixture.Wiki), Issuer(Fixture.Blog));
        var options = new TrustedAppClientOptions { BaseUrl = Fixture.Base.Text };
        using var handler = new TrustedAppHandler(issuers, options, time: null, logger: null) { InnerHandler = provider };
        using var client = new HttpClient(handler);
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, Fixture.Url).OnBehalfOf("fred");
        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([Fixture.Wiki.Id, Fixture.Blog.Id], provider.Senders); // the keys were replaced in between
        Assert.Equal(1, issuers.Suspicions);
    }

    private static AssertionIssuer Issuer(ApplicationKeys keys) =>
        new(keys, Fixture.Tracker.ToCertificate(), Fixture.Base);

    private sealed class Issuers(params AssertionIssuer[] issuers) : IIssuerSource
    {
        private readonly Queue<AssertionIssuer> _next = new(issuers);

        public int Suspicions { get; private set; }

        public ValueTask<AssertionIssuer> GetAsync(CancellationToken cancellationToken) => new(_next.Dequeue());

        public void SuspectCertificate() => Suspicions++;
    }

    // A provider that has rotated its keys: it rejects the first key grant.
    private sealed class RejectingOnce : HttpMessageHandler
    {
        public List<string> Senders { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Senders.Add(request.Headers.GetValues(Seraph.Id).Single());
            bool isFirst = Senders.Count == 1;
            var response = new HttpResponseMessage(isFirst ? HttpStatusCode.Unauthorized : HttpStatusCode.OK) { RequestMessage = request };
            response.Headers.TryAddWithoutValidation("X-Seraph-Trusted-App-Status", isFirst ? "ERROR" : "OK");
            if (isFirst) response.Headers.TryAddWithoutValidation("X-Seraph-Trusted-App-Error", "BAD_GRANT;\tThe grant is not known: {0};\t[\"wiki\"]");
            return Task.FromResult(response);
        }
    }
}
