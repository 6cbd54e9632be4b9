using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Keys;

namespace TrustedApps.Storage.Keys;

/// <summary>
/// Encrypts an application's own keys for the database, with ASP.NET Core Data Protection. Its key ring is in a folder
/// and never in that database: a copy of one of the two reveals no key.
/// </summary>
internal sealed class KeyProtector
{
    private readonly string _folder;
    private readonly IDataProtectionProvider _provider;

    private KeyProtector(DirectoryInfo folder, Action<IDataProtectionBuilder> configure)
    {
        _folder = folder.FullName;
        var services = new ServiceCollection(); // apart from the host's: the host's own protection stays as it is
        configure(services.AddDataProtection().SetApplicationName("TrustedApps").PersistKeysToFileSystem(folder));
        _provider = services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>();
    }

    /// <summary>Protects and unprotects with a folder, which is created for its owner alone if it is missing.</summary>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not create the folder.</exception>
    public static KeyProtector Of(string folder) =>
        new(
            OperatingSystem.IsWindows() || Directory.Exists(folder)
                ? Directory.CreateDirectory(folder)
                : Directory.CreateDirectory(
                    folder,
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                ),
            _ => { }
        );

    /// <summary>
    /// Unprotects with a folder, and creates nothing in it, not even a key that the ring is due for: the user of a
    /// check is not always the user of the application.
    /// </summary>
    public static KeyProtector ForReading(string folder) =>
        new(new DirectoryInfo(folder), protection => protection.DisableAutomaticKeyGeneration());

    public byte[] Protect(ApplicationKeys keys)
    {
        byte[] opened = keys.ToBytes();
        try
        {
            return ProtectorOf(keys.Id).Protect(opened);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opened);
        }
    }

    /// <exception cref="InvalidOperationException">
    /// The keys cannot be decrypted. The message names the remedy, and repeats nothing of them.
    /// </exception>
    public ApplicationKeys Unprotect(string id, byte[] sealedKeys)
    {
        byte[] opened;
        try
        {
            opened = ProtectorOf(id).Unprotect(sealedKeys);
        }
        catch (CryptographicException cause)
        {
            throw new InvalidOperationException(
                $"The keys of '{id}' in the store cannot be decrypted with the key folder {_folder}. Name the folder with which they were encrypted, or restore it from a backup. If it is lost, delete the row of '{id}' from trusted_apps_keys: the next start makes new keys, and the administrators of all other applications must compare fingerprints again.",
                cause
            );
        }

        try
        {
            ApplicationKeys keys = ApplicationKeys.Parse(opened);
            return keys.Id == id
                ? keys
                : throw new InvalidOperationException(
                    $"The keys that are stored for '{id}' belong to another application."
                );
        }
        catch (InvalidDataException cause)
        {
            throw new InvalidDataException(
                $"The decrypted keys of '{id}' in the store are not a key file of TrustedApps, or a key cannot be used. Were they written by a newer version of this program?",
                cause
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opened);
        }
    }

    // The id is part of the purpose: a row cannot be put in the place of another.
    private IDataProtector ProtectorOf(string id) => _provider.CreateProtector("TrustedApps.OwnKeys", id);
}
