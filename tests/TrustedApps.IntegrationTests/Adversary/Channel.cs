using TrustedApps.Client;
using TrustedApps.Keys;

namespace TrustedApps.IntegrationTests.Adversary;

/// <summary>A client of one consumer for one provider, and what the trust between them allows.</summary>
internal sealed class Channel : IDisposable
{
    private readonly HttpMessageInvoker _client;

    public Channel(ApplicationKeys consumer, Site site, ChannelOptions options, Attacker attacker, SteppedTime time)
    {
        (Consumer, Site, Options) = (consumer.Id, site, options);
        var issuer = new AssertionIssuer(consumer, site.Keys.ToCertificate(), BaseUrl.Parse(site.BaseUrl), time);
        var client = new TrustedAppClientOptions
        {
            BaseUrl = site.BaseUrl,
            RequireResponseProof = options.IsProven,
            AllowUnprovenContent = options is { IsProven: true, AllowsUnprovenContent: true },
            AllowUnboundContent = options.AllowsUnboundContent,
            MaxBufferedContent = options.AllowsUnboundContent ? 64 : 1 << 20,
            ThrowOnRejection = true,
            MaxRedirects = 0,
            MaxRetryDelay = TimeSpan.Zero,
        };

        // A wrong Date puts the clock of a consumer without proofs ahead. Its grants are of the future then, which a
        // provider that conceals trusts calls BAD_GRANT: the clock would never be corrected again.
        bool setsClock = options.IsProven || !site.ConcealsTrusts;
        _client = new HttpMessageInvoker(new TrustedAppHandler(issuer, client, time) { InnerHandler = attacker.ConnectionTo(site.Id, setsClock) });
    }

    public string Consumer { get; }

    public Site Site { get; }

    public ChannelOptions Options { get; }

    public async Task<HttpResponseMessage> SendAsync(Intent intent, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(new HttpMethod(intent.Method), Site.BaseUrl + intent.Target);
        if (intent.Content.Length > 0)
        {
            request.Content = new StreamContent(new MemoryStream(intent.Content));
            if (intent.ContentType is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", intent.ContentType);
        }

        if (intent.User is null) request.OnOwnBehalf();
        else request.OnBehalfOf(intent.User);
        foreach ((string name, string value) in intent.Headers) request.Headers.TryAddWithoutValidation(name, value);
        foreach (string name in intent.Bound) request.BindHeader(name);
        if (intent.Actors.Count > 0) request.PassedOnBy(intent.Actors);
        if (intent.Scopes.Count > 0) request.WithScopes([.. intent.Scopes]);
        return await _client.SendAsync(request, cancellationToken);
    }

    public void Dispose() => _client.Dispose();
}

/// <summary>What a consumer demands, and what the provider's trust in it allows.</summary>
internal sealed record ChannelOptions(bool IsProven, bool AllowsUnprovenContent, bool AllowsUnboundContent, bool AllowsDelegation, bool AllowsSelf, IReadOnlyList<string> Scopes);
