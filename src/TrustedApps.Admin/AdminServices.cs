using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore;
using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Admin;

/// <summary>The services that every page needs.</summary>
internal sealed class AdminServices(
    TrustedAppsStore store,
    IOptions<TrustedAppsAdminOptions> options,
    IOptionsMonitor<TrustedAppsOptions> schemes,
    TimeProvider time,
    IServiceProvider services
)
{
    public TrustedAppsStore Store => store;

    public TrustedAppsAdminOptions Options => options.Value;

    /// <summary>The options of the scheme whose application these pages are about.</summary>
    public TrustedAppsOptions Scheme => schemes.Get(Options.AuthenticationScheme);

    /// <summary>This application's own keys; null where it has none.</summary>
    public IKeyStore? Keys => services.GetKeyedService<IKeyStore>(Options.AuthenticationScheme);

    public DateTimeOffset Now => time.GetUtcNow();
}
