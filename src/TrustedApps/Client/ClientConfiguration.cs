using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TrustedApps.Configuration;
using TrustedApps.Keys;

namespace TrustedApps.Client;

/// <summary>Sets the options of a client from configuration, and completes them with what the host has.</summary>
internal static class ClientConfiguration
{
    private static readonly ConfigurationCheck _check = ConfigurationCheck
        .Of<TrustedAppClientOptions>()
        .With<KeySourceOptions>()
        .With<KeyLocationOptions>();

    /// <exception cref="InvalidOperationException">
    /// A setting does not mean what it seems to; the message names it and the remedy.
    /// </exception>
    public static void Bind(IConfiguration configuration, TrustedAppClientOptions options)
    {
        if (configuration is IConfigurationSection section)
        {
            if (!section.Exists())
            {
                throw new InvalidOperationException(
                    $"The configuration has no section '{section.Path}', which AddTrustedApp reads: check its name, and whether appsettings.json is in the content root."
                );
            }

            if (section[nameof(options.Keys)] is not null)
            {
                throw new InvalidOperationException(
                    $"{section.Path}:{nameof(options.Keys)} is not a setting of a consumer. Did you mean {nameof(options.KeyFile)}, the path of its key file?"
                );
            }
        }

        _check.Require(configuration);
        Set(options, configuration);
    }

    private static void Set<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(
        T options, IConfiguration section)
    {
        foreach (IConfigurationSection setting in section.GetChildren()) Set(options!, typeof(T), setting);
    }

    // By the type of the property, which the check has made sure of. The binder of the framework would follow Keys and
    // KeyStore, too.
    private static void Set(
        object options,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type,
        IConfigurationSection setting)
    {
        PropertyInfo property = type
            .GetProperties()
            .Single(known => known.Name.Equals(setting.Key, StringComparison.OrdinalIgnoreCase));
        if (property.GetValue(options) is IList<string> list)
        {
            foreach (IConfigurationSection item in setting.GetChildren()) list.Add(item.Value!);
            return;
        }

        property.SetValue(options, Read(setting, property.PropertyType));
    }

    private static object? Read(IConfigurationSection setting, Type type)
    {
        if (type == typeof(KeySourceOptions))
        {
            var source = new KeySourceOptions();
            Set(source, setting);
            return source;
        }

        if (type != typeof(KeyLocationOptions)) return Parse(setting, type);
        var location = new KeyLocationOptions();
        Set(location, setting);
        return location;
    }

    private static DateTimeOffset ParseMoment(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static object? Parse(IConfigurationSection setting, Type type)
    {
        try
        {
            return type == typeof(string) ? setting.Value
                : type == typeof(bool) ? bool.Parse(setting.Value!)
                : type == typeof(StoreLocation) ? Enum.Parse<StoreLocation>(setting.Value!, ignoreCase: true)
                : type == typeof(DateTimeOffset?) ? ParseMoment(setting.Value!)
                : type == typeof(TimeSpan) ? TimeSpan.Parse(setting.Value!, CultureInfo.InvariantCulture)
                : int.Parse(setting.Value!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        }
        catch (Exception bad) when (bad is FormatException or OverflowException)
        {
            throw new InvalidOperationException($"{setting.Path} is out of range: {setting.Value}.", bad);
        }
    }

    /// <summary>
    /// Makes the paths of files absolute: they are relative to the content root, as appsettings.json is; without a
    /// host, to the current directory.
    /// </summary>
    public static void MakePathsAbsolute(TrustedAppClientOptions options, IServiceProvider services)
    {
        if (services.GetService<IHostEnvironment>()?.ContentRootPath is not { Length: > 0 } root) return;
        options.KeyFile = ToAbsolute(options.KeyFile, root);
        options.KeySource?.MakePathsAbsolute(root);
        options.ProviderCertificateFile = ToAbsolute(options.ProviderCertificateFile, root);
    }

    private static string? ToAbsolute(string? path, string root) =>
        string.IsNullOrEmpty(path) ? path : Path.GetFullPath(path, root);
}
