using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>
/// The key store of one scheme for its option Keys or KeySource. It is the <see cref="IKeyStore"/> keyed by the
/// scheme's name, unless the application has registered another.
/// </summary>
internal sealed class OwnKeys
{
    private OwnKeys(IKeyStore? store) => Store = store;

    /// <summary>The store of the key file, or of the key source; null if neither is set.</summary>
    public IKeyStore? Store { get; }

    public static OwnKeys Create(IServiceProvider services, object? scheme)
    {
        TrustedAppsOptions settings = services
            .GetRequiredService<IOptionsMonitor<TrustedAppsOptions>>()
            .Get((string)scheme!);
        TimeProvider time = settings.TimeProvider ?? services.GetService<TimeProvider>() ?? TimeProvider.System;
        if (settings.KeySource is { } source)
        {
            source.Id ??= settings.Id;
            return new(new KeySourceStore(source, time, services.GetService<ILogger<KeySourceStore>>()));
        }

        return new(
            settings.Keys is null
                ? null
                : new KeyFileStore(settings.Keys, time, services.GetService<ILogger<KeyFileStore>>())
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
            store is not null && !ReferenceEquals(store, services.GetRequiredKeyedService<OwnKeys>(scheme).Store);
        if (isRegistered && (settings.Keys is not null || settings.KeySource is not null))
        {
            throw new InvalidOperationException(
                $"Scheme '{scheme}': this application's keys come either from {(settings.Keys is null ? "KeySource" : $"Keys = '{settings.Keys}'")} or from the {store!.GetType().Name} that is registered as IKeyStore for the scheme. Remove one of them."
            );
        }

        bool needsVersion4 = settings.Applications.Any(application => application.IsVersion4);
        if (store is null && needsVersion4) throw Missing(scheme);
        if (store is null) return null;
        if (!isRegistered && settings.Keys is not null && !File.Exists(settings.Keys))
        {
            string problem = Directory.Exists(settings.Keys) ? "is a folder" : "does not exist";
            throw new InvalidOperationException(
                $"Scheme '{scheme}': the key file Keys = '{settings.Keys}' {problem}. If the application has a key file, name its path: relative paths begin at the content root. For a new application only, make one with 'trusted-apps keys new --id {settings.Id ?? "ID"} --out {settings.Keys}': other applications do not trust new keys."
            );
        }

        await LoadAsync(scheme, store, cancellationToken);
        string source = isRegistered ? $"the {store.GetType().Name}"
            : settings.Keys is null ? "KeySource"
            : $"the key file '{settings.Keys}'";
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

    private static async Task LoadAsync(string scheme, IKeyStore store, CancellationToken cancellationToken)
    {
        try
        {
            await store.LoadAsync(cancellationToken).AsTask().WaitAsync(cancellationToken);
        }
        catch (InvalidDataException unusable) when (store is KeySourceStore)
        {
            throw new InvalidOperationException($"Scheme '{scheme}': {unusable.Message}", unusable);
        }
    }

    private static InvalidOperationException Missing(string scheme) =>
        new(
            $"Scheme '{scheme}': Keys is missing, and version 4 needs this application's own keys: make a key file with 'trusted-apps keys new' and name it, or set KeySource, or register an IKeyStore for the scheme."
        );
}
