using System.Reflection;
using Microsoft.Extensions.Configuration;
using TrustedApps.AspNetCore.Reload;
using TrustedApps.Configuration;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>Checks the section of a scheme, and binds it to <see cref="TrustedAppsOptions"/>.</summary>
internal static class SchemeConfiguration
{
    private const string Example = "\"Keys\": \"keys.json\", \"BaseUrls\": [ \"https://tracker.example\" ]";

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
        options.MissingSection = section.FindMissing(configuration, "AddTrustedApps", Example);
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
}
