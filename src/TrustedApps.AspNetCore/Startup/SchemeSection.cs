using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore.Reload;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>The section of the configuration that holds the options of a scheme.</summary>
internal sealed class SchemeSection
{
    private const string Applications = nameof(TrustedAppsOptions.Applications);

    private readonly IConfiguration? _given;
    private string? _bound; // what the options of the start are of
    private bool _existed;
    private bool _hadApplications;

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

    /// <summary>Notes what the options of the start are bound to.</summary>
    public void NoteBound(IConfiguration configuration) => _bound ??= TextOf(configuration);

    /// <summary>Whether the section has changed since the options of the start were bound.</summary>
    public bool HasChanged(IServiceProvider services) =>
        _bound is not null && Find(services) is { } configuration && TextOf(configuration) != _bound;

    /// <summary>Whether the section exists, or has existed.</summary>
    public bool IsRead(IServiceProvider services) =>
        _existed || (Find(services) is { } configuration && Exists(configuration));

    /// <summary>Notes that the section is in use as it is.</summary>
    public void Accept(IServiceProvider services)
    {
        if (Find(services) is not { } configuration) return;
        _existed = Exists(configuration);
        _hadApplications = HasApplications(configuration);
    }

    /// <summary>
    /// Ensures that a file that was cut short, or lost, is not taken for one that states no trusts.
    /// </summary>
    /// <exception cref="InvalidOperationException">The section, or the list of trusts in it, is gone.</exception>
    public void RequireComplete(IServiceProvider services)
    {
        if (Find(services) is not { } configuration) return;
        string path = configuration is IConfigurationSection section ? $"{section.Path}:" : "";
        if (_existed && !Exists(configuration))
        {
            throw new InvalidOperationException(
                $"The configuration has no section '{path.TrimEnd(':')}' any more. If it was renamed or moved, restart this application.");
        }

        if (_hadApplications && !HasApplications(configuration) && configuration[Applications] is null)
        {
            throw new InvalidOperationException(
                $"{path}{Applications} had trusts and is missing now. To trust no application any more, write \"{Applications}\": [].");
        }
    }

    private static bool Exists(IConfiguration configuration) =>
        configuration is not IConfigurationSection section || section.Exists();

    private static bool HasApplications(IConfiguration configuration) =>
        configuration.GetSection(Applications).GetChildren().Any();

    private static string TextOf(IConfiguration configuration) => string.Join(
        '\n',
        configuration.AsEnumerable().Select(setting => $"{setting.Key}={SettingText.Of(setting.Value)}")
    );
}
