using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore;
using TrustedApps.Hosting;
using TrustedApps.Keys;
using TrustedApps.Testing.Hosting;
using TrustedApps.Testing.Hosting.Marks;
using TrustedApps.Testing.Requests;

namespace TrustedApps.Testing.Peers;

/// <summary>The applications that stand in for a provider: one for each base URL and clock of its clients.</summary>
internal sealed class StandIn(TrustedAppsTestProvider provider, Action<WebApplication> map) : TestPeer, IAsyncDisposable
{
    private const string Environment = "Testing";
    private const string FallbackUrl = "https://provider.test"; // RFC 2606

    private readonly ConcurrentDictionary<(string BaseUrl, TimeProvider Time), Lazy<Task<WebApplication>>> _started =
        new();

    public override string? BaseUrl => provider.BaseUrl;

    public override async Task<TestScheme> StartAsync(BaseUrl baseUrl, IServiceProvider consumer)
    {
        TimeProvider time = consumer.GetService<TimeProvider>() ?? TimeProvider.System;
        WebApplication application = await StartOnce(baseUrl.Text, time).ConfigureAwait(false);
        return TestHost.Of(application.Services).GetScheme();
    }

    public override IDemands DemandsOf(TestScheme scheme, ApplicationKeys consumer, IEnumerable<string> scopes)
    {
        scheme.AddScopes(consumer.Id, scopes);
        return new ProviderDemands(provider, scheme, consumer);
    }

    public HttpClient CreateClient(string? user, Action<TrustedClientOptions>? configure)
    {
        var options = new TrustedClientOptions { Peer = this };
        configure?.Invoke(options);
        RequireOwn(options);
        options.Client.BaseUrl ??= provider.BaseUrl ?? FallbackUrl;
        WebApplication application =
            StartOnce(options.Client.BaseUrl, options.TimeProvider ?? TimeProvider.System).GetAwaiter().GetResult();
        return TrustedClients.Create(application.Services, user, options);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<Task<WebApplication>> started in _started.Values)
        {
            if (!started.IsValueCreated) continue;
            WebApplication application = await started.Value.ConfigureAwait(false);
            await application.DisposeAsync().ConfigureAwait(false);
        }
    }

    // The provider itself has them.
    private static void RequireOwn(TrustedClientOptions options)
    {
        if (options.RejectAs is not null)
        {
            throw new InvalidOperationException(
                "RejectAs of the options is for clients of an application under test. For this test provider call its Reject, or RejectAs of a request.");
        }

        if (options.Conditions is null && options.ConditionsFrom is null) return;
        throw new InvalidOperationException(
            "Conditions and ConditionsFrom of the options are for clients of an application under test. Set the Conditions of this test provider: new TrustedAppsTestProvider(...) { Conditions = ... }.");
    }

    private Task<WebApplication> StartOnce(string baseUrl, TimeProvider time) => _started
        .GetOrAdd((baseUrl, time), key => new(() => StartApplicationAsync(key.BaseUrl, key.Time)))
        .Value;

    private async Task<WebApplication> StartApplicationAsync(string baseUrl, TimeProvider time)
    {
        // Empty: configuration and environment variables are those of the test.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { EnvironmentName = Environment, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton(time);
        builder.Services.AddRouting();
        builder.Services
            .AddAuthentication(TrustedAppsDefaults.AuthenticationScheme)
            .AddTrustedApps(options =>
            {
                options.Id = provider.ApplicationId;
                options.BaseUrls.Add(baseUrl);
                options.AllowHttp = true; // whether http may be used is the consumer's to decide
            });
        builder.Services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.AddSingleton<IUserResolver, StandInUsers>();
        builder.Services.AddSingleton<ITrustedRequestObserver>(new RequestRecorder(provider));
        builder.Services.AddTrustedAppsTesting();

        WebApplication application = builder.Build();
        application.UseRouting();
        application.UseAuthentication();
        application.UseAuthorization();
        map(application);
        await application.StartAsync().ConfigureAwait(false);
        return application;
    }

    /// <summary>What the stand-in is told to do. Some rejections are caused by the conditions of the trust.</summary>
    private sealed class ProviderDemands(TrustedAppsTestProvider provider, TestScheme scheme, ApplicationKeys consumer)
        : IDemands
    {
        public async ValueTask<RejectionDemand?> NextAsync(HttpRequestMessage request)
        {
            RejectionDemand? demand = provider.FindDemand() ?? request.FindDemand();
            await scheme.TrustAsync(consumer, FindConditions).ConfigureAwait(false);
            return demand;

            TrustConditions FindConditions()
            {
                TrustConditions conditions = provider.Conditions ?? scheme.AllowAll(consumer.Id);
                return demand?.Restrict(conditions) ?? conditions;
            }
        }

        public void Postpone(RejectionDemand demand) => provider.Postpone(demand);
    }

    private sealed class StandInUsers : IUserResolver
    {
        public ValueTask<UserResolution> ResolveAsync(
            string name, string origin, CancellationToken cancellationToken) =>
            new(RequestMark.Current?.Rejection switch
            {
                ErrorCode.UserUnknown => UserResolution.Unknown,
                ErrorCode.PermissionDenied => UserResolution.Denied,
                _ => UserResolution.Known(name),
            });
    }

    private sealed class RequestRecorder(TrustedAppsTestProvider provider) : ITrustedRequestObserver
    {
        public void Observe(in ObservedRequest request, in Verdict verdict) =>
            provider.Add(new TestProviderRequest(request, verdict));
    }
}
