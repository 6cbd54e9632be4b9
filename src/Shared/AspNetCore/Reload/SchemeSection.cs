using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.Reload;

/// <summary>The section of the configuration that holds the options of a scheme.</summary>
internal sealed class SchemeSection
{
    private readonly IConfiguration? _given;
    private readonly string? _list;
    private IReadOnlyDictionary<string, string>? _bound; // what the options of the start are of, by setting
    private (bool Exists, bool HasList) _used; // when its options were last used
    private (bool Exists, bool HasList) _seen; // when last looked at

    private SchemeSection(string scheme, IConfiguration? given, string? list, bool isOptional) =>
        (Scheme, _given, _list, IsOptional) = (scheme, given, list, isOptional);

    public string Scheme { get; }

    /// <summary>Whether the application sets options in code, too.</summary>
    public bool IsOptional { get; }

    /// <summary>The section that the application named.</summary>
    /// <param name="scheme">The name of the scheme.</param>
    /// <param name="given">The section.</param>
    /// <param name="list">
    /// The name of a list that must not vanish while the host runs: it is emptied by <c>[]</c>. Null for none.
    /// </param>
    public static SchemeSection Of(string scheme, IConfiguration given, string? list) =>
        new(scheme, given, list, isOptional: false);

    /// <summary>
    /// <c>Authentication:Schemes:</c> with the name of the scheme, as of the schemes of ASP.NET Core.
    /// </summary>
    /// <param name="scheme">The name of the scheme.</param>
    /// <param name="list">The name of a list that must not vanish while the host runs; null for none.</param>
    /// <param name="isOptional">Whether the application sets options in code, too.</param>
    public static SchemeSection Default(string scheme, string? list, bool isOptional = false) =>
        new(scheme, given: null, list, isOptional);

    /// <summary>Returns the section, which may not exist; null in a host without configuration.</summary>
    public IConfiguration? Find(IServiceProvider services)
    {
        if (_given is not null || services.GetService<IConfiguration>() is null) return _given;
        return services.GetRequiredService<IAuthenticationConfigurationProvider>().GetSchemeConfiguration(Scheme);
    }

    /// <summary>Returns what to do about a section that does not exist; null if it does, or need not.</summary>
    /// <param name="configuration">The section.</param>
    /// <param name="method">The method that reads it.</param>
    /// <param name="example">Settings that show what to write.</param>
    public string? FindMissing(IConfiguration configuration, string method, string example)
    {
        if (IsOptional || configuration is not IConfigurationSection section || section.Exists()) return null;
        return _given is null
            ? $$"""The configuration has no section '{{section.Path}}', which {{method}} reads. Write it into appsettings.json in the content root: "Authentication": { "Schemes": { "{{Scheme}}": { {{example}} } } }. Or name another section, or set the options in code."""
            : $"The configuration has no section '{section.Path}': check its name, and whether appsettings.json is in the content root.";
    }

    /// <summary>Notes what the options of the start are bound to.</summary>
    public void NoteBound(IConfiguration configuration)
    {
        if (_bound is not null) return;
        _bound = Read(configuration);
        _used = _seen = Look(configuration); // not later: the file may be cut short while the host starts
    }

    /// <summary>
    /// Returns the names of the settings that have changed since the options of the start were bound.
    /// </summary>
    public IReadOnlyList<string> FindChanged(IServiceProvider services)
    {
        if (_bound is not { } bound || Find(services) is not { } configuration) return [];
        IReadOnlyDictionary<string, string> present = Read(configuration);
        return
        [
            .. bound.Keys.Union(present.Keys, StringComparer.OrdinalIgnoreCase)
                .Where(name => bound.GetValueOrDefault(name) != present.GetValueOrDefault(name)),
        ];
    }

    /// <summary>Whether the section exists, or has existed.</summary>
    public bool IsRead(IServiceProvider services) =>
        _used.Exists || (Find(services) is { } configuration && Exists(configuration));

    /// <summary>Notes that the section is in use as it was when last looked at.</summary>
    public void Accept() => _used = _seen;

    /// <summary>
    /// Looks at the section, and ensures that a file that was cut short, or lost, is not taken for one that states
    /// nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">The section, or the list in it, is gone.</exception>
    public void RequireComplete(IServiceProvider services)
    {
        if (Find(services) is not { } configuration) return;
        _seen = Look(configuration);
        string path = configuration is IConfigurationSection section ? $"{section.Path}:" : "";
        if (_used.Exists && !_seen.Exists)
        {
            throw new InvalidOperationException(
                $"The configuration has no section '{path.TrimEnd(':')}' any more. If it was renamed or moved, restart this application.");
        }

        if (_used.HasList && !_seen.HasList && configuration[_list!] is null)
        {
            throw new InvalidOperationException(
                $"{path}{_list} had entries and is missing now. To remove all of them, write \"{_list}\": [].");
        }
    }

    private (bool Exists, bool HasList) Look(IConfiguration configuration) =>
        (Exists(configuration), HasList(configuration));

    private static bool Exists(IConfiguration configuration) =>
        configuration is not IConfigurationSection section || section.Exists();

    private bool HasList(IConfiguration configuration) =>
        _list is not null && configuration.GetSection(_list).GetChildren().Any();

    private static Dictionary<string, string> Read(IConfiguration configuration) => configuration
        .GetChildren()
        .ToDictionary(
            setting => setting.Key,
            setting => string.Concat(
                setting.AsEnumerable().Select(part => $"{part.Key}={SettingText.Of(part.Value)};")),
            StringComparer.OrdinalIgnoreCase);
}
