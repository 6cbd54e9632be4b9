using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace TrustedApps.AspNetCore.Reload;

/// <summary>The settings of options that take effect at a start only.</summary>
internal sealed class StartedSettings<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>
    where TOptions : class
{
    private readonly PropertyInfo[] _settings;
    private readonly PropertyInfo[] _sections;

    /// <param name="reloaded">The names of the settings that take effect while the host runs.</param>
    public StartedSettings(params string[] reloaded)
    {
        PropertyInfo[] all = [.. typeof(TOptions).GetProperties().Where(known => !reloaded.Contains(known.Name))];
        _settings = Array.FindAll(all, IsSetting);
        _sections = Array.FindAll(all, IsSection);
    }

    /// <summary>The names of the settings that are sections with settings of their own.</summary>
    public IEnumerable<string> Sections => _sections.Select(section => section.Name);

    /// <summary>Gives changed options the values with which the host has started.</summary>
    /// <returns>The names of the settings that differed, without those of sections.</returns>
    public IReadOnlyList<string> Restore(TOptions started, TOptions changed)
    {
        foreach (PropertyInfo section in _sections) section.SetValue(changed, section.GetValue(started));
        var names = new List<string>();
        foreach (PropertyInfo setting in _settings)
        {
            (object? before, object? after) = (setting.GetValue(started), setting.GetValue(changed));
            if (SettingText.Of(before) == SettingText.Of(after)) continue;

            names.Add(setting.Name);
            if (after is not IList<string> list) setting.SetValue(changed, before);
            else
            {
                list.Clear();
                foreach (string item in (IList<string>)before!) list.Add(item);
            }
        }

        return names;
    }

    private static bool IsSection(PropertyInfo property) => property.CanWrite
        && property.PropertyType.IsClass
        && property.PropertyType.Namespace?.StartsWith(nameof(TrustedApps), StringComparison.Ordinal) == true;

    private static bool IsSetting(PropertyInfo property) => property.PropertyType == typeof(IList<string>)
        || (property.CanWrite && (property.PropertyType == typeof(string) || property.PropertyType.IsValueType));
}
