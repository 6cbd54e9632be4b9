using TrustedApps;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace Samples.Tests;

/// <summary>An application that a tracker trusts, made by the tool; its requests are made without the client's handler.</summary>
internal sealed class TrustedBlog : IAsyncDisposable
{
    private const string Path = "/rest/api/issues?q=release";

    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(60);

    private static int _made;

    private readonly CertificateHost _host;
    private readonly AssertionIssuer _issuer;
    private readonly string _baseUrl;

    private TrustedBlog(CertificateHost host, AssertionIssuer issuer, string baseUrl) => (_host, _issuer, _baseUrl) = (host, issuer, baseUrl);

    public string Id => _host.Keys.Id;

    public ApplicationKeys Keys => _host.Keys;

    /// <summary>Makes the application, and the trust in the store of a tracker.</summary>
    /// <param name="id">The application's id.</param>
    /// <param name="store">The tracker's store.</param>
    /// <param name="tracker">Where a node of the tracker answers.</param>
    /// <param name="baseUrl">The base URL of the tracker, if it is another.</param>
    public static async Task<TrustedBlog> MakeAsync(string id, string store, string tracker, string? baseUrl = null)
    {
        using var client = new CertificateClient();
        ApplicationCertificate certificate = await client.FetchAsync(new Uri(tracker), TestContext.Current.CancellationToken);
        ApplicationKeys keys = ThrowAwayKeys.Of(id, 3 + (Interlocked.Increment(ref _made) % 13)); // a key belongs to one application
        CertificateHost host = await CertificateHost.StartAsync(keys, TimeProvider.System);
        var blog = new TrustedBlog(host, new AssertionIssuer(keys, certificate, BaseUrl.Parse(baseUrl ?? tracker)), baseUrl ?? tracker);
        await Tool.RunAsync(
            "trust", "add", host.Origin, "--store", store, "--fingerprint", Assert.Single(keys.ToCertificate().SigningKeys).Fingerprint,
            "--yes", "--address", "127.0.0.1", "--url", "/rest");
        return blog;
    }

    /// <summary>Headers for one request.</summary>
    public AssertionHeaders Issue() => _issuer.Issue("fred", _baseUrl + Path, "GET", default);

    /// <summary>Sends a request to a node.</summary>
    public static Task<Answer> SendAsync(AssertionHeaders headers, string origin) => new HttpRequestMessage(HttpMethod.Get, origin + Path).With(headers).SendAsync();

    /// <summary>Sends a request that is new.</summary>
    public Task<Answer> AskAsync(string origin) => SendAsync(Issue(), origin);

    /// <summary>Asks until an answer has this code. Before that only these others are right.</summary>
    public async Task<AssertionHeaders> AskUntilAsync(string origin, string code, params string[] before)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(_deadline);
        while (true)
        {
            AssertionHeaders headers = Issue();
            Answer answer = await SendAsync(headers, origin);
            if (answer.Code == code) return headers;
            Assert.Contains(answer.Code, before);
            await Task.Delay(TimeSpan.FromMilliseconds(10), deadline.Token);
        }
    }

    /// <summary>
    /// Puts new keys in use at once, so that the tracker does not know them yet, and sends a request with them.
    /// </summary>
    public Task<Answer> AskWithNewKeysAsync(ApplicationCertificate tracker)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        _host.Keys = _host.Keys.PublishNext(now, 2048).Rotate(now);
        var issuer = new AssertionIssuer(_host.Keys, tracker, BaseUrl.Parse(_baseUrl));
        return SendAsync(issuer.Issue("fred", _baseUrl + Path, "GET", default), _baseUrl);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
