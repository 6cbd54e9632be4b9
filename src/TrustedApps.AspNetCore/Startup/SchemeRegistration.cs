using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>Reports calls of AddTrustedApps that are there twice, or not at all.</summary>
internal static class SchemeRegistration
{
    /// <exception cref="InvalidOperationException">The scheme was added already.</exception>
    public static void RequireNone(IServiceCollection services, string scheme)
    {
        if (!services.Any(service => (service.ImplementationInstance as TrustedAppsScheme)?.Name == scheme)) return;

        throw new InvalidOperationException(
            $"The trusted-application scheme '{scheme}' was added already. Call AddTrustedApps once for each scheme; to set more of its options, use services.Configure<TrustedAppsOptions>(\"{scheme}\", ...)."
        );
    }

    /// <exception cref="InvalidOperationException">The scheme was not added.</exception>
    public static void Require(IServiceProvider services, string scheme, string caller)
    {
        string[] added = [.. services.GetServices<TrustedAppsScheme>().Select(added => added.Name)];
        if (added.Contains(scheme)) return;

        string remedy = added.Length == 0
            ? "call services.AddAuthentication().AddTrustedApps(...)"
            : $"name one that was added ('{string.Join("', '", added)}'), or add it with AddTrustedApps";
        throw new InvalidOperationException(
            $"{caller} needs the trusted-application scheme '{scheme}', which was not added: {remedy}."
        );
    }
}
