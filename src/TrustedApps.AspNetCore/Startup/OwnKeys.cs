using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>
/// The key store of one scheme for its option Keys. It is the <see cref="IKeyStore"/> keyed by the scheme's name,
/// unless the application has registered another.
/// </summary>
internal sealed class OwnKeys
{
    private OwnKeys(KeyFileStore? file) => File = file;

    /// <summary>The store of the key file; null if none is set.</summary>
    public KeyFileStore? File { get; }

    public static OwnKeys Create(IServiceProvider services, object? scheme)
    {
        TrustedAppsOptions settings = services
            .GetRequiredService<IOptionsMonitor<TrustedAppsOptions>>()
            .Get((string)scheme!);
        TimeProvider time = settings.TimeProvider ?? services.GetService<TimeProvider>() ?? TimeProvider.System;
        return new(
            settings.Keys is null ? null : new(settings.Keys, time, services.GetService<ILogger<KeyFileStore>>())
        );
    }

    /// <summary>Ensures that keys that are loaded are enough for trusts that were changed.</summary>
    /// <exception cref="InvalidOperationException">They are not.</exception>
    public static void RequireVersion4(string scheme, TrustedAppsOptions settings, IKeyStore? keys)
    {
        if (!settings.Applications.Any(application => application.IsVersion4)) return;
        if (keys is null) throw Missing(scheme);
        if (keys.Keys.HasVersion4Keys) return;
        throw new InvalidOperationException(
            $"Scheme '{scheme}': the own keys have none for version 4. Add them with 'trusted-apps certificate publish-next', or ApplicationKeys.PublishNext."
        );
    }

    /// <summary>Loads the store of a scheme; null if it has none. Every problem stops the start.</summary>
    public static async Task<IKeyStore?> LoadAsync(
        string scheme,
        TrustedAppsOptions settings,
        IServiceProvider services,
        CancellationToken cancellationToken
    )
    {
        IKeyStore? store = services.GetKeyedService<IKeyStore>(scheme);
        bool isRegistered =
            store is not null && !ReferenceEquals(store, services.GetRequiredKeyedService<OwnKeys>(scheme).File);
        if (isRegistered && settings.Keys is not null)
        {
            throw new InvalidOperationException(
                $"Scheme '{scheme}': this application's keys come either from Keys = '{settings.Keys}' or from the {store!.GetType().Name} that is registered as IKeyStore for the scheme. Remove one of them."
            );
        }

        bool needsVersion4 = settings.Applications.Any(application => application.IsVersion4);
        if (store is null && needsVersion4) throw Missing(scheme);
        if (store is null) return null;
        if (!isRegistered && !System.IO.File.Exists(settings.Keys))
        {
            string problem = Directory.Exists(settings.Keys) ? "is a folder" : "does not exist";
            throw new InvalidOperationException(
                $"Scheme '{scheme}': the key file Keys = '{settings.Keys}' {problem}. If the application has a key file, name its path: relative paths begin at the content root. For a new application only, make one with 'trusted-apps keys new --id {settings.Id ?? "ID"} --out {settings.Keys}': other applications do not trust new keys."
            );
        }

        await store.LoadAsync(cancellationToken).AsTask().WaitAsync(cancellationToken);
        string source = isRegistered ? $"the {store.GetType().Name}" : $"the key file '{settings.Keys}'";
        string remedy = isRegistered
            ? "ApplicationKeys.PublishNext in its ChangeAsync"
            : "'trusted-apps certificate publish-next'";
        if (settings.Id is not null && settings.Id != store.Keys.Id)
        {
            throw new InvalidOperationException(
                $"Scheme '{scheme}': Id is '{settings.Id}', but {source} belongs to '{store.Keys.Id}'. Name the right {(isRegistered ? "store" : "file")}, or change Id."
            );
        }

        if (needsVersion4 && !store.Keys.HasVersion4Keys)
        {
            throw new InvalidOperationException(
                $"Scheme '{scheme}': {source} has no keys for version 4. Add them with {remedy}."
            );
        }

        return store;
    }

    private static InvalidOperationException Missing(string scheme) =>
        new(
            $"Scheme '{scheme}': Keys is missing, and version 4 needs this application's own keys: make a key file with 'trusted-apps keys new' and name it, or register an IKeyStore for the scheme."
        );
}
