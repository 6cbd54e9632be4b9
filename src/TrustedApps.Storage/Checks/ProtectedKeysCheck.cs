using System.Security.Cryptography;
using System.Xml;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Keys;

namespace TrustedApps.Storage.Checks;

/// <summary>Checks that a key folder decrypts the own keys in a store. Does not create or change the folder.</summary>
internal static class ProtectedKeysCheck
{
    /// <summary>Decrypts each of the rows.</summary>
    /// <returns>The problem with the first row that cannot be decrypted; null if there is none.</returns>
    public static string? FindProblem(IEnumerable<KeyRow> rows, string keyFolder)
    {
        if (!Directory.Exists(keyFolder))
        {
            return $"The key folder {Path.GetFullPath(keyFolder)} does not exist, so the own keys in the store cannot be decrypted. Name the folder with which they were encrypted, or restore it from a backup.";
        }

        try
        {
            KeyProtector protector = KeyProtector.ForReading(keyFolder);
            foreach (KeyRow row in rows) _ = protector.Unprotect(row.Id, row.SealedKeys);
            return null;
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
            return problem.Message;
        }
    }
}
