using Microsoft.Extensions.Diagnostics.HealthChecks;
using TrustedApps.Health;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health check of trusted applications.</summary>
public static class TrustedAppsHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a health check of all that the host has of trusted applications: the schemes of a provider with their
    /// trusts, keys and replay cache, and the clients of a consumer with their providers, keys and clocks.
    /// </summary>
    /// <remarks>
    /// It reports what requests and refreshes have seen: it asks nothing over the network, and never waits. A problem
    /// of another application is degraded at most. Only what makes this host refuse all trusted requests has the
    /// failure status. Use it for readiness, not for liveness: a restart repairs none of it. The description and the
    /// data name applications and URLs, and no secret; it is up to the application who may see them.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="failureStatus">
    /// The status while this host refuses all trusted requests; null for <see cref="HealthStatus.Unhealthy"/>. Set
    /// <see cref="HealthStatus.Degraded"/> where a host must not be taken out of service for it.
    /// </param>
    /// <param name="tags">Tags by which endpoints select checks, such as <c>ready</c>; null for none.</param>
    /// <param name="timeout">The time limit; null for none.</param>
    /// <returns>The same builder.</returns>
    /// <example>
    /// <code>
    /// builder.Services.AddHealthChecks().AddTrustedApps(tags: ["ready"]);
    /// </code>
    /// </example>
    public static IHealthChecksBuilder AddTrustedApps(
        this IHealthChecksBuilder builder,
        string name = "trusted_apps",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return builder.Add(new HealthCheckRegistration(
            name,
            static services => new TrustedAppsHealthCheck(services),
            failureStatus,
            tags,
            timeout));
    }
}
