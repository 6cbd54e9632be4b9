using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.Hosting;

namespace TrustedApps.Storage.Startup;

/// <summary>
/// Validates when the host starts that the store serves a scheme that exists: no request would see its trusts.
/// </summary>
/// <param name="scheme">The name of the scheme that the store serves.</param>
/// <param name="services">The services of the host.</param>
internal sealed class ServedSchemeValidator(string scheme, IServiceProvider services)
    : IValidateOptions<TrustedAppsStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, TrustedAppsStoreOptions options)
    {
        string[] schemes =
        [
            .. services
                .GetServices<ProviderSettings>()
                .Select(settings => settings.Scheme)
                .Distinct(StringComparer.Ordinal),
        ];
        return schemes.Length == 0 || schemes.Contains(scheme, StringComparer.Ordinal) // a worker has none
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"AddTrustedAppsStore: the store was added for the scheme '{scheme}', and the host has '{string.Join("', '", schemes)}', so no request would see the trusts of the store. Give AddTrustedAppsStore the name that AddTrustedApps has.");
    }
}
