using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace TrustedApps.Configuration;

// No XML comments here: this file is compiled into several assemblies, and the OpenAPI generator of one that references
// the others would find each comment twice.

// Refuses configuration that binds to something wider than it says: a misspelt name, a single value for a list
// (AllowUsers = "fred" would bind to no list, and so to every user), an empty flag (which binds to false), a time of
// "1" (which is a day). The types of the properties of the options decide, so no setting can be forgotten. Nested
// options are named by With, because trimming keeps the properties of named types only.
internal sealed class ConfigurationCheck
{
    private const DynamicallyAccessedMemberTypes Properties = DynamicallyAccessedMemberTypes.PublicProperties;

    private static readonly string[] _moments = ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss'Z'"];

    private readonly Dictionary<Type, PropertyInfo[]> _settings = [];
    private readonly Type _root;

    private ConfigurationCheck(Type root) => _root = root;

    // Makes the check of options.
    public static ConfigurationCheck Of<[DynamicallyAccessedMembers(Properties)] T>() =>
        new ConfigurationCheck(typeof(T)).With<T>();

    // Adds options that are the value of a property, or of the items of a list.
    public ConfigurationCheck With<[DynamicallyAccessedMembers(Properties)] T>()
    {
        _settings.Add(typeof(T), typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance));
        return this;
    }

    // Checks a section before it is bound. Throws InvalidOperationException: A setting does not mean what it seems to;
    // the message names it and the remedy.
    public void Require(IConfiguration configuration) => RequireSettings(configuration, _root);

    private void RequireSettings(IConfiguration section, Type type)
    {
        foreach (IConfigurationSection setting in section.GetChildren())
        {
            PropertyInfo property =
                _settings[type]
                    .FirstOrDefault(known => known.Name.Equals(setting.Key, StringComparison.OrdinalIgnoreCase))
                ?? throw Wrong(setting, $"is not a setting. {FindRemedy(section, setting.Key, type)}");
            if (!IsSetting(property.PropertyType)) throw Wrong(setting, "can be set in code only.");
            if (property.CanWrite && IsEmptyList(setting, property.PropertyType)) continue; // the default is null
            Require(setting, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
        }
    }

    private string FindRemedy(IConfiguration section, string name, Type type)
    {
        // first: the host has settings of its own, whose names are like some of ours
        if (section is IConfigurationRoot)
        {
            return "This is the whole configuration: give the section with the settings, such as Configuration.GetSection(\"TrustedApps\").";
        }

        return SimilarNames.Find(name, NamesOf(type)) is { } meant
            ? $"Did you mean {meant}?"
            : $"The settings here are {string.Join(", ", NamesOf(type))}.";
    }

    private void Require(IConfigurationSection setting, Type type)
    {
        if (_settings.ContainsKey(type)) RequireSection(setting, type);
        else if (ItemOf(type) is { } item && _settings.ContainsKey(item)) RequireSections(setting, item);
        else if (ItemOf(type) is not null) RequireList(setting);
        else RequireValue(setting, type);
    }

    private void RequireSections(IConfigurationSection setting, Type item)
    {
        if (!string.IsNullOrEmpty(setting.Value))
        {
            throw Wrong(setting, $"must be a list, such as {setting.Path}:0:{NamesOf(item).First()}.");
        }

        if (setting.Value is null && !setting.GetChildren().Any()) throw Null(setting);
        foreach (IConfigurationSection section in setting.GetChildren()) RequireSection(section, item);
    }

    private void RequireSection(IConfigurationSection setting, Type type)
    {
        if (!setting.GetChildren().Any())
        {
            throw Wrong(setting, $"must be a section with settings, such as {setting.Path}:{NamesOf(type).First()}.");
        }

        RequireSettings(setting, type);
    }

    private static bool IsEmptyList(IConfigurationSection setting, Type type) =>
        ItemOf(type) == typeof(string) && setting.Value is "" && !setting.GetChildren().Any();

    private static void RequireList(IConfigurationSection setting)
    {
        bool isList =
            setting.GetChildren().Any()
            && setting.GetChildren().All(item => !string.IsNullOrEmpty(item.Value) && !item.GetChildren().Any());
        if (!isList)
        {
            throw Wrong(
                setting,
                $"must be a list with at least one entry: write \"{setting.Key}\": [ \"{ExampleOf(setting)}\" ], or {setting.Path}:0 on the command line; leave it out for the default."
            );
        }
    }

    private static string ExampleOf(IConfigurationSection setting) =>
        string.IsNullOrEmpty(setting.Value) ? "..." : setting.Value;

    private static void RequireValue(IConfigurationSection setting, Type type)
    {
        if (setting.GetChildren().Any()) throw Wrong(setting, "must be a single value.");
        if (type == typeof(bool) && !bool.TryParse(setting.Value, out _))
        {
            throw Wrong(setting, "must be true or false.");
        }

        if (type == typeof(TimeSpan) && setting.Value.AsSpan().Count(':') != 2)
        {
            throw Wrong(setting, "must be hours, minutes and seconds, such as 00:01:00; a bare number would be days.");
        }

        if (type == typeof(DateTimeOffset) && !IsMoment(setting.Value))
        {
            throw Wrong(setting, "must be a moment with its offset, such as 2027-03-31T00:00:00Z.");
        }

        if (type == typeof(char) && setting.Value is not [_]) throw Wrong(setting, "must be one character.");

        if ((type == typeof(int) || type == typeof(long)) && !IsNumber(setting.Value))
        {
            throw Wrong(setting, "must be a whole number.");
        }

        if (type.IsEnum && !Enum.GetNames(type).Contains(setting.Value, StringComparer.OrdinalIgnoreCase))
        {
            throw Wrong(setting, $"must be one of {string.Join(", ", Enum.GetNames(type))}.");
        }

        if (setting.Value is null) throw Null(setting); // of a text: the code expects one
    }

    private static bool IsMoment(string? text) =>
        DateTimeOffset.TryParseExact(
            text,
            _moments,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out _
        );

    private static bool IsNumber(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    private IEnumerable<string> NamesOf(Type type) =>
        _settings[type].Where(property => IsSetting(property.PropertyType)).Select(property => property.Name);

    private bool IsSetting(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain.IsValueType
            || plain == typeof(string)
            || _settings.ContainsKey(plain)
            || ItemOf(plain) is not null;
    }

    private static Type? ItemOf(Type type) =>
        type.IsGenericType
        && type.GetGenericArguments() is [var item]
        && type.Name.StartsWith("IList`", StringComparison.Ordinal)
            ? item
            : null;

    private static InvalidOperationException Null(IConfigurationSection setting) =>
        Wrong(setting, "is null: give it a value, or leave it out for the default.");

    private static InvalidOperationException Wrong(IConfigurationSection setting, string problem) =>
        new($"{setting.Path} {problem}");
}
