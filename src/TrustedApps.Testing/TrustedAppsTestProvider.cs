using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using TrustedApps.Testing.Peers;
using TrustedApps.Testing.Requests;

namespace TrustedApps.Testing;

/// <summary>
/// A stand-in for a provider, for the tests of a consumer: a small application in memory, which verifies each request
/// as the real one would, answers as the test says, and rejects on demand. Safe for concurrent use, with one limit for
/// rejections.
/// </summary>
/// <remarks>
/// BadMethod, BadRemoteAddress and BadUrl are caused by the trust, which all clients of one application share: while
/// one
/// of them is due, concurrent requests of that application may be rejected with it, too, or end the test with an
/// exception because they are not. Demand them only while one request runs.
/// Every endpoint requires a trusted request, unless it allows anonymous ones. Every name is a user. Its clock is that
/// of the consumer.
/// </remarks>
/// <example>
/// <code>
/// await using var tracker = new TrustedAppsTestProvider(app =>
///     app.MapGet("/rest/api/issues", (ClaimsPrincipal user) => $"the issues of {user.Identity!.Name}"));
/// await using var wiki = new WebApplicationFactory&lt;Program&gt;().WithWebHostBuilder(builder =>
///     builder.ConfigureTestServices(services => services.AddTrustedAppsTestProvider(tracker)));
///
/// tracker.Reject(ErrorCode.UserUnknown);
/// string page = await wiki.CreateClient().GetStringAsync("/pages/roadmap");
/// Assert.Contains("not available", page);
/// </code>
/// </example>
public sealed class TrustedAppsTestProvider : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<TestProviderRequest> _requests = [];
    private readonly StandIn _standIn;
    private RejectionDemand? _demand;
    private int _times;

    /// <summary>Makes a stand-in. It starts with its first request.</summary>
    /// <param name="map">Maps its endpoints, below the base URL. May be called more than once.</param>
    public TrustedAppsTestProvider(Action<WebApplication> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        _standIn = new StandIn(this, map);
    }

    /// <summary>The base URL of the clients that it answers, exactly as their options have it.</summary>
    /// <value>
    /// Default null: all clients that no other test provider answers. Set it where a consumer has several providers.
    /// </value>
    public string? BaseUrl { get; init; }

    /// <summary>The application id of the provider. Two providers of one consumer need two.</summary>
    /// <value>Default <c>test-provider</c>.</value>
    public string ApplicationId { get; init; } = "test-provider";

    /// <summary>The conditions under which it trusts consumers.</summary>
    /// <value>Default null: everything is allowed, with the scopes in the options of its clients.</value>
    public TrustConditions? Conditions { get; init; }

    /// <summary>
    /// Whether nothing answers, as if the provider were down: each request throws an
    /// <see cref="HttpRequestException"/>.
    /// </summary>
    /// <value>Default false.</value>
    public bool IsUnreachable
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>The trusted requests until now, in the order of their verdicts; a copy.</summary>
    /// <value>A request that the client sends again after a rejection is there twice.</value>
    public IReadOnlyList<TestProviderRequest> Requests
    {
        get
        {
            lock (_gate) return [.. _requests];
        }
    }

    internal TestPeer Peer => _standIn;

    /// <summary>Rejects requests from now on, as the real provider would.</summary>
    /// <param name="code">
    /// The code: ApplicationUnknown, BadDigest, BadGrant, BadMagic, BadMethod, BadProtocolVersion, BadRemoteAddress,
    /// BadSignature, BadUrl, FutureAssertion, GrantNeeded, OldAssertion, PermissionDenied, Replayed, Unavailable or
    /// UserUnknown.
    /// </param>
    /// <param name="retryAfter">
    /// The Retry-After of Unavailable; default none. Not negative. A client waits as long and sends the request again,
    /// unless it is longer than its MaxRetryDelay.
    /// </param>
    /// <param name="times">
    /// The number of requests; null for all until <see cref="Accept"/>. Clients send some rejected requests again by
    /// themselves, and that counts.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The code cannot be demanded, or <paramref name="retryAfter"/> does not go with it.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public void Reject(ErrorCode code, TimeSpan? retryAfter = null, int? times = null)
    {
        if (times is { } number) ArgumentOutOfRangeException.ThrowIfNegative(number, nameof(times));
        var demand = RejectionDemand.OfProvider(code, retryAfter);
        lock (_gate) (_demand, _times) = (demand, times ?? int.MaxValue);
    }

    /// <summary>Ends <see cref="Reject"/>.</summary>
    public void Accept()
    {
        lock (_gate) _demand = null;
    }

    /// <summary>
    /// Creates a client of the stand-in, for the test of a class that takes an <see cref="HttpClient"/>.
    /// </summary>
    /// <param name="user">The user; null where each request names its own.</param>
    /// <param name="configure">
    /// Sets the options of the client. RejectAs, Conditions and ConditionsFrom are those of the stand-in itself:
    /// <see cref="Reject"/> and <see cref="Conditions"/>.
    /// </param>
    /// <returns>The client. The caller disposes of it.</returns>
    /// <exception cref="InvalidOperationException">The options have RejectAs, Conditions or ConditionsFrom.</exception>
    public HttpClient CreateTrustedClient(string? user = null, Action<TrustedClientOptions>? configure = null) =>
        _standIn.CreateClient(user, configure);

    /// <summary>Stops the stand-in.</summary>
    /// <returns>Completes when it has stopped.</returns>
    public ValueTask DisposeAsync() => _standIn.DisposeAsync();

    internal RejectionDemand? FindDemand()
    {
        if (IsUnreachable)
        {
            throw new HttpRequestException(
                HttpRequestError.ConnectionError, "The test provider is unreachable, because IsUnreachable is set.");
        }

        lock (_gate)
        {
            if (_times == 0) return null; // kept: the last one may be postponed
            if (_demand is not null && _times < int.MaxValue) _times--;
            return _demand;
        }
    }

    /// <summary>
    /// Counts a rejection that is still due: the client sends the request again before it takes place.
    /// </summary>
    internal void Postpone(RejectionDemand demand)
    {
        lock (_gate)
        {
            if (ReferenceEquals(demand, _demand) && _times < int.MaxValue) _times++;
        }
    }

    internal void Add(TestProviderRequest request)
    {
        lock (_gate) _requests.Add(request);
    }
}
