using System.Security.Cryptography;
using System.Xml;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Keys;

namespace TrustedApps.Storage.Checks;

/// <summary>Whether applications' own keys in the store open with a key folder. The folder is neither made nor changed.</summary>
internal static class ProtectedKeysCheck
{
    /// <summary>Tries each of the rows.</summary>
    /// <returns>What is wrong with the first that does not open; null if all of them do.</returns>
    public static string? FindProblem(IEnumerable<KeyRow> rows, string keyFolder)
    {
        if (!Directory.Exists(keyFolder)) return $"There is no key folder {Path.GetFullPath(keyFolder)}: name the one with which the own keys in the store were sealed, or restore it from a backup.";
        try
        {
            KeyProtector seal = KeyProtector.ForReading(keyFolder);
            foreach (KeyRow row in rows) _ = seal.Unprotect(row.Id, row.SealedKeys);
            return null;
        }
        catch (Exception problem) when (problem is InvalidOperationException or InvalidDataException or CryptographicException or XmlException or IOException or UnauthorizedAccessException)
        {
            return problem.Message;
        }
    }
}
