using TrustedApps.EntityFrameworkCore.Database;
using TrustedApps.EntityFrameworkCore.Keys;

namespace TrustedApps.EntityFrameworkCore.Checks;

/// <summary>Whether the applications' own keys in the store open with a key folder.</summary>
internal static class SealedKeysCheck
{
    /// <summary>Tries each of the rows. Neither the folder nor keys in it are made.</summary>
    /// <returns>What is wrong; null if all of them open.</returns>
    public static string? FindProblem(IReadOnlyList<KeyRow> rows, string keyFolder)
    {
        if (!Directory.Exists(keyFolder)) return $"There is no key folder {Path.GetFullPath(keyFolder)}: name the one with which the own keys were sealed, or restore it from a backup.";
        var seal = KeySeal.ForReading(keyFolder);
        foreach (KeyRow row in rows)
        {
            try
            {
                _ = seal.Open(row.Id, row.SealedKeys);
            }
            catch (Exception problem) when (problem is InvalidOperationException or InvalidDataException)
            {
                return problem.Message;
            }
        }

        return null;
    }
}
