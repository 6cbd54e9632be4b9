using System.Reflection;
using Microsoft.Extensions.Configuration;
using TrustedApps.Configuration;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>Checks the section of a scheme, and binds it to <see cref="TrustedAppsOptions"/>.</summary>
internal static class SchemeConfiguration
{
    // those for which an empty list is not the default
    private static readonly PropertyInfo[] _lists = Array.FindAll(
        typeof(TrustConditionsOptions).GetProperties(),
        property => property.CanWrite && property.PropertyType == typeof(IList<string>));

    private static readonly ConfigurationCheck _check = ConfigurationCheck
        .Of<TrustedAppsOptions>()
        .With<TrustedApplicationOptions>()
        .With<LegacyAccessOptions>()
        .With<KeySourceOptions>()
        .With<KeyLocationOptions>();

    /// <summary>Sets the options to what the section states, if it exists.</summary>
    /// <exception cref="InvalidOperationException">
    /// A setting does not mean what it seems to; the message names it and the remedy.
    /// </exception>
    public static void Apply(SchemeSection section, IServiceProvider services, TrustedAppsOptions options)
    {
        if (section.Find(services) is not { } configuration) return;
        section.NoteBound(configuration);
        options.MissingSection = FindMissing(section, configuration);
        if (configuration is IConfigurationSection stated && stated.Exists()) options.SectionPath = stated.Path;
        Require(configuration);
        Bind(configuration, options);
    }

    /// <exception cref="InvalidOperationException">
    /// A setting does not mean what it seems to; the message names it and the remedy.
    /// </exception>
    public static void Require(IConfiguration configuration) => _check.Require(configuration);

    /// <summary>Binds a section that was checked.</summary>
    public static void Bind(IConfiguration configuration, TrustedAppsOptions options)
    {
        int known = options.Applications.Count; // of code
        configuration.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        IEnumerable<IConfigurationSection> sections =
            configuration.GetSection(nameof(options.Applications)).GetChildren();
        foreach ((IConfigurationSection section, TrustedApplicationOptions trust) in
            sections.Zip(options.Applications.Skip(known)))
        {
            BindEmptyLists(section, trust);
            if (trust.Legacy is { } legacy) BindEmptyLists(section.GetSection(nameof(trust.Legacy)), legacy);
        }
    }

    // The binder leaves out a list without entries. Left out it would mean anybody.
    private static void BindEmptyLists(IConfigurationSection section, TrustConditionsOptions trust)
    {
        foreach (PropertyInfo list in _lists)
        {
            if (section[list.Name] is "" && list.GetValue(trust) is null) list.SetValue(trust, new List<string>());
        }
    }

    // What to do about a section that does not exist; null if it does.
    private static string? FindMissing(SchemeSection scheme, IConfiguration configuration)
    {
        if (scheme.IsOptional || configuration is not IConfigurationSection section || section.Exists()) return null;
        return scheme.IsDefault
            ? $$"""The configuration has no section '{{section.Path}}', which AddTrustedApps reads. Write it into appsettings.json in the content root: "Authentication": { "Schemes": { "{{scheme.Scheme}}": { "Keys": "keys.json", "BaseUrls": [ "https://tracker.example" ] } } }. Or name another section, or set the options in code."""
            : $"The configuration has no section '{section.Path}': check its name, and whether appsettings.json is in the content root.";
    }
}
