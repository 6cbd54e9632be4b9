using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using TrustedApps.Keys;

namespace TrustedApps.EntityFrameworkCore.Keys;

/// <summary>
/// Seals an application's own keys for the database with ASP.NET Core Data Protection. Its ring is in a folder and never in
/// that database: who has one of the two has no key.
/// </summary>
internal sealed class KeySeal
{
    private readonly string _folder;
    private readonly IDataProtectionProvider _provider;

    /// <param name="folder">The folder; made, for its owner alone, where there is none.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public KeySeal(string folder)
    {
        _folder = Path.GetFullPath(folder);
        DirectoryInfo directory = OperatingSystem.IsWindows() || Directory.Exists(_folder)
            ? Directory.CreateDirectory(_folder)
            : Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _provider = DataProtectionProvider.Create(directory, protection => protection.SetApplicationName("TrustedApps"));
    }

    private KeySeal(DirectoryInfo directory) => (_folder, _provider) =
        (directory.FullName, DataProtectionProvider.Create(directory, protection => protection.SetApplicationName("TrustedApps").DisableAutomaticKeyGeneration()));

    /// <summary>A seal that adds nothing to its folder, not even where the ring is due for a new key: whoever looks may be another user than the application.</summary>
    public static KeySeal ToOpenOnly(string folder) => new(new DirectoryInfo(Path.GetFullPath(folder)));

    public byte[] Close(ApplicationKeys keys)
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
    public ApplicationKeys Open(string id, byte[] sealedKeys)
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
