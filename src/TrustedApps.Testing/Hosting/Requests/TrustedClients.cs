using System.Net;
using TrustedApps.Certificates;
using TrustedApps.Client;
using TrustedApps.Keys;
using TrustedApps.Testing.Keys;

namespace TrustedApps.Testing.Hosting.Requests;

/// <summary>Makes trusted clients of an application under test.</summary>
internal static class TrustedClients
{
    private const string DefaultId = "test-consumer";

    public static HttpClient Create(IServiceProvider services, string? user, Action<TrustedClientOptions>? configure)
    {
        var options = new TrustedClientOptions();
        configure?.Invoke(options);
        return Create(services, user, options);
    }

    public static HttpClient Create(IServiceProvider services, string? user, TrustedClientOptions options)
    {
        TestHost host = TestHost.Of(services);
        TestScheme scheme = host.GetScheme(options.AuthenticationScheme);
        return Create(host, scheme, user, options);
    }

    public static bool Revoke(IServiceProvider services, string applicationId, string? scheme)
    {
        ArgumentException.ThrowIfNullOrEmpty(applicationId);
        return TestHost.Of(services).GetScheme(scheme).Trusts.Remove(applicationId);
    }

    private static HttpClient Create(TestHost host, TestScheme scheme, string? user, TrustedClientOptions options)
    {
        TrustedAppClientOptions settings = options.Client;
        settings.BaseUrl ??= scheme.BaseUrl;
        settings.CurrentUser ??= user is null ? null : () => user;
        settings.CurrentActors ??= options.Actors.Count == 0 ? null : _ => [.. options.Actors];
        TimeProvider time = options.TimeProvider ?? scheme.Time;
        var baseUrl = BaseUrl.Parse(settings.BaseUrl);
        RejectionDemand? demand = options.RejectAs is { } code
            ? RejectionDemand.OfRequest(code, retryAfter: null)
            : null;

        ApplicationKeys keys = Trust(host, scheme, options);
        ApplicationCertificate certificate = Complete(scheme.ToCertificateAsync());
        var issuer = new AssertionIssuer(keys, certificate, baseUrl, time);
        return new HttpClient(new TrustedAppHandler(issuer, settings, time)
        {
            InnerHandler = new HostTransport(host, scheme, baseUrl)
            {
                Address = options.RemoteAddress,
                Demands = options.Peer is { } peer
                    ? peer.DemandsOf(host, keys, options.Scopes)
                    : new RequestDemands(demand),
            },
        })
        {
            BaseAddress = new Uri($"{baseUrl.Text}/"),
        };
    }

    private static ApplicationKeys Trust(TestHost host, TestScheme scheme, TrustedClientOptions options)
    {
        if (options is { Conditions: not null, ConditionsFrom: not null })
        {
            throw new InvalidOperationException(
                "Conditions and ConditionsFrom both say the conditions of the trust. Set one of them.");
        }

        TrustConditions? chosen = options.ConditionsFrom is { } configured
            ? scheme.GetConfigured(configured)
            : options.Conditions;
        bool isShared = chosen is null && options.RemoteAddress.Equals(IPAddress.Loopback) && options.Scopes.Count == 0;
        string id = options.ApplicationId ?? (isShared ? DefaultId : host.MakeConsumerId());
        ApplicationKeys keys = ThrowAwayKeys.OfConsumer(id, scheme.Time.GetUtcNow());
        TrustConditions conditions = chosen ?? TrustedClientOptions.Everything with
        {
            // not "*", so that a test can come from an address that is not allowed
            Addresses = ["127.0.0.0/8", "::1", options.RemoteAddress.ToString()],
            Scopes = [.. options.Scopes],
        };
        Complete(scheme.TrustAsync(keys, conditions));
        return keys;
    }

    // Throw-away keys are in memory, so nothing waits.
    private static void Complete(ValueTask done) => done.AsTask().GetAwaiter().GetResult();

    private static T Complete<T>(ValueTask<T> done) => done.AsTask().GetAwaiter().GetResult();
}
