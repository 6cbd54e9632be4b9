using Microsoft.Extensions.Configuration;
using TrustedApps.AspNetCore.Reload;
using TrustedApps.Configuration;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>Checks the section of a scheme, and binds it to <see cref="TrustedProxyOptions"/>.</summary>
internal static class ProxyConfiguration
{
    private const string Example = "\"Header\": \"X-User\", \"Addresses\": [ \"127.0.0.1\" ]";

    private static readonly ConfigurationCheck _check = ConfigurationCheck
        .Of<TrustedProxyOptions>()
        .With<ClaimMapping>()
        .With<UserNameTransform>();

    /// <summary>Sets the options to what the section states, if it exists.</summary>
    /// <exception cref="InvalidOperationException">
    /// A setting does not mean what it seems to; the message names it and the remedy.
    /// </exception>
    public static void Apply(SchemeSection section, IServiceProvider services, TrustedProxyOptions options)
    {
        if (section.Find(services) is not { } configuration) return;
        section.NoteBound(configuration);
        options.MissingSection = section.FindMissing(configuration, "AddTrustedProxy", Example);
        _check.Require(configuration);
        configuration.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
    }
}
