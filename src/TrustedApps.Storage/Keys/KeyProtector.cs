using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using TrustedApps.Keys;

namespace TrustedApps.Storage.Keys;

/// <summary>
/// Seals an application's own keys for the database with ASP.NET Core Data Protection. Its ring is in a folder and never in
/// that database: who has one of the two has no key.
/// </summary>
internal sealed class KeyProtector
{
    private readonly string _folder;
    private readonly IDataProtectionProvider _provider;

    private KeyProtector(DirectoryInfo folder, Action<IDataProtectionBuilder> configure)
    {
        _folder = folder.FullName;
        _provider = DataProtectionProvider.Create(folder, protection =>
        {
            protection.SetApplicationName("TrustedApps");
            configure(protection);
        });
    }

    /// <summary>Seals and opens with a folder that is made, for its owner alone, where there is none.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static KeyProtector Of(string folder) => new(
        OperatingSystem.IsWindows() || Directory.Exists(folder)
            ? Directory.CreateDirectory(folder)
            : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute),
        _ => { });

    /// <summary>Opens with a folder in which nothing is made, not even where the ring is due for a new key: whoever looks may be another user than the application.</summary>
    public static KeyProtector ForReading(string folder) => new(new DirectoryInfo(folder), protection => protection.DisableAutomaticKeyGeneration());

    public byte[] Protect(ApplicationKeys keys)
    {
        byte[] opened = KeyFile.Format(keys);
        try
        {
            return ProtectorOf(keys.Id).Protect(opened);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opened);
        }
    }

    /// <exception cref="InvalidOperationException">The keys cannot be opened. The message says what to do, and repeats nothing of them.</exception>
    public ApplicationKeys Unprotect(string id, byte[] sealedKeys)
    {
        byte[] opened;
        try
        {
            opened = ProtectorOf(id).Unprotect(sealedKeys);
        }
        catch (CryptographicException cause)
        {
            throw new InvalidOperationException($"The keys of '{id}' in the store cannot be opened with the key folder {_folder}. Name the folder with which they were sealed, or restore it from a backup. If it is lost, delete the row of '{id}' from trusted_apps_keys: new keys are made at the next start, and every other application has to compare fingerprints anew.", cause);
        }

        try
        {
            ApplicationKeys keys = KeyFile.Parse(opened, $"The sealed content of '{id}'");
            return keys.Id == id ? keys : throw new InvalidOperationException($"The keys that are stored for '{id}' belong to another application.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opened);
        }
    }

    // The id is part of the purpose: a row cannot be put in the place of another.
    private IDataProtector ProtectorOf(string id) => _provider.CreateProtector("TrustedApps.OwnKeys", id);
}
