using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using TrustedApps.AspNetCore;

namespace Samples;

/// <summary>
/// Where a sample keeps trusts, providers and its own keys: a SQLite file beside it, unless Store:Connection says
/// PostgreSQL, which several nodes can share. Own keys are sealed with the ring of a folder, unless TrustedApps:Keys
/// names a key file. The section Store may say the other options of the store as well.
/// </summary>
internal static class SampleStore
{
    public static AuthenticationBuilder AddSampleStore(this AuthenticationBuilder authentication, WebApplicationBuilder builder, string name)
    {
        IConfigurationSection settings = builder.Configuration.GetSection("Store");
        string root = builder.Environment.ContentRootPath;
        string connection = settings["Connection"] ?? Path.Combine(root, $"{name}.db");
        string folder = Path.Combine(root, settings["KeyFolder"] ?? $"{name}-protection");
        bool hasKeyFile = builder.Configuration.GetSection(TrustedAppsDefaults.ConfigurationSection)["Keys"] is not null;

        // Sessions of administrators: the same on all nodes, and after a restart.
        builder.Services.AddDataProtection().SetApplicationName(name).PersistKeysToFileSystem(Directory.CreateDirectory(Path.Combine(folder, "sessions")));
        builder.Services.AddTrustedAppsStore(store =>
        {
            settings.Bind(store);
            store.Connection = connection;
            store.KeyFolder = hasKeyFile ? null : folder;
        });
        return authentication;
    }
}
