using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace TrustedApps.AspNetCore.Reload;

/// <summary>
/// The files of the configuration. One that cannot be read, such as one that is half written, loses all its settings
/// without an announcement: what is missing then must not be taken for removed.
/// </summary>
internal sealed class ConfigurationFiles
{
    private readonly FileConfigurationProvider[] _files;
    private readonly HashSet<FileConfigurationProvider> _filled = []; // those that had settings when last used

    public ConfigurationFiles(IConfiguration? configuration)
    {
        _files = [.. FindFiles(configuration)];
        Accept();
    }

    /// <summary>Announce that a file was written.</summary>
    public IEnumerable<Func<IChangeToken?>> Tokens =>
        from file in _files
        where file.Source is { ReloadOnChange: true, FileProvider: not null, Path: not null }
        select (Func<IChangeToken?>)(() => file.Source.FileProvider!.Watch(file.Source.Path!));

    /// <summary>Returns the problem of a file that had settings, and has none although it is there.</summary>
    public string? FindProblem()
    {
        foreach (FileConfigurationProvider file in _filled)
        {
            if (HasSettings(file)) continue;
            if (file.Source.FileProvider?.GetFileInfo(file.Source.Path!) is not { } found) continue;
            if (!found.Exists && file.Source.Optional) continue; // removed on purpose
            return $"The configuration file '{found.PhysicalPath ?? file.Source.Path}' is missing, cannot be read or has no settings any more: correct it.";
        }

        return null;
    }

    /// <summary>Notes which files have settings.</summary>
    public void Accept()
    {
        _filled.Clear();
        _filled.UnionWith(_files.Where(HasSettings));
    }

    private static bool HasSettings(FileConfigurationProvider file) => file.GetChildKeys([], null).Any();

    private static IEnumerable<FileConfigurationProvider> FindFiles(IConfiguration? configuration)
    {
        if (configuration is not IConfigurationRoot root) yield break;
        foreach (IConfigurationProvider provider in root.Providers)
        {
            if (provider is FileConfigurationProvider file) yield return file;
            if (provider is not ChainedConfigurationProvider chained) continue;
            foreach (FileConfigurationProvider inner in FindFiles(chained.Configuration)) yield return inner;
        }
    }
}
