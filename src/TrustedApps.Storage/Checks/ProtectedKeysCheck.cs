using System.Security.Cryptography;
using System.Xml;
using TrustedApps.Keys;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Keys;

namespace TrustedApps.Storage.Checks;

/// <summary>Checks that a key folder decrypts the own keys in a store. Does not create or change the folder.</summary>
internal static class ProtectedKeysCheck
{
    /// <summary>Decrypts each of the rows.</summary>
    /// <returns>The keys, or the problem with the first row that cannot be decrypted.</returns>
    public static (IReadOnlyList<ApplicationKeys> Keys, string? Problem) Open(
        IEnumerable<KeyRow> rows, string keyFolder)
    {
        if (!Directory.Exists(keyFolder))
        {
            return ([], $"The key folder {Path.GetFullPath(keyFolder)} does not exist, so the own keys in the store cannot be decrypted. Name the folder with which they were encrypted, or restore it from a backup.");
        }

        try
        {
            KeyProtector protector = KeyProtector.ForReading(keyFolder);
            return ([.. rows.Select(row => protector.Unprotect(row.Id, row.SealedKeys))], null);
        }
        catch (Exception problem)
            when (problem
                    is InvalidOperationException
                        or InvalidDataException
                        or CryptographicException
                        or XmlException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            return ([], problem.Message);
        }
    }
}
