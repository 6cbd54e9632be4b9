using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>The section of the configuration that holds the options of a scheme.</summary>
internal sealed class SchemeSection
{
    private readonly IConfiguration? _given;

    private SchemeSection(string scheme, IConfiguration? given, bool isOptional) =>
        (Scheme, _given, IsOptional) = (scheme, given, isOptional);

    public string Scheme { get; }

    /// <summary>Whether it is where ASP.NET Core has the options of its schemes.</summary>
    public bool IsDefault => _given is null;

    /// <summary>Whether the application sets options in code, too.</summary>
    public bool IsOptional { get; }

    /// <summary>The section that the application named.</summary>
    public static SchemeSection Of(string scheme, IConfiguration given) => new(scheme, given, isOptional: false);

    /// <summary>
    /// <c>Authentication:Schemes:</c> with the name of the scheme, as of the schemes of ASP.NET Core.
    /// </summary>
    public static SchemeSection Default(string scheme, bool isOptional) => new(scheme, given: null, isOptional);

    /// <summary>Returns the section, which may not exist; null in a host without configuration.</summary>
    public IConfiguration? Find(IServiceProvider services)
    {
        if (_given is not null || services.GetService<IConfiguration>() is null) return _given;
        return services.GetRequiredService<IAuthenticationConfigurationProvider>().GetSchemeConfiguration(Scheme);
    }
}
