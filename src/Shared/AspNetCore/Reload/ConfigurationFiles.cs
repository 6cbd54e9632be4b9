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
    private FileConfigurationProvider[] _filled; // those that had settings when last used
    private FileConfigurationProvider[] _seen; // those that had settings when last looked at

    public ConfigurationFiles(IConfiguration? configuration)
    {
        _files = [.. FindFiles(configuration)];
        _filled = _seen = Array.FindAll(_files, HasSettings);
    }

    /// <summary>Announce that a file was written.</summary>
    public IEnumerable<Func<IChangeToken?>> Tokens =>
        from file in _files
        where file.Source is { ReloadOnChange: true, FileProvider: not null, Path: not null }
        select (Func<IChangeToken?>)(() => file.Source.FileProvider!.Watch(file.Source.Path!));

    /// <summary>Ensures that no file has lost its settings: its trusts would be taken for removed.</summary>
    /// <param name="isSettled">
    /// Whether a file that is optional may be missing. At the first look an editor may be about to write it again.
    /// </param>
    /// <exception cref="InvalidOperationException">A file that had settings has none any more.</exception>
    public void RequireComplete(bool isSettled)
    {
        _seen = Array.FindAll(_files, HasSettings);
        foreach (FileConfigurationProvider file in _filled)
        {
            if (_seen.Contains(file)) continue;
            if (file.Source.FileProvider?.GetFileInfo(file.Source.Path!) is not { } found) continue;
            if (!found.Exists && file.Source.Optional && isSettled) continue; // removed on purpose
            throw new InvalidOperationException(
                $"The configuration file '{found.PhysicalPath ?? file.Source.Path}' is missing, cannot be read or has no settings any more: correct it.");
        }
    }

    /// <summary>Notes that the files are in use as they were when last looked at.</summary>
    public void Accept() => _filled = _seen;

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
