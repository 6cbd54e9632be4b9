using TrustedApps.EntityFrameworkCore.Database;

namespace TrustedApps.EntityFrameworkCore.Checks;

/// <summary>Whether an application's own keys in the store open with a key folder.</summary>
internal static class SealedKeysCheck
{
    /// <summary>Tries each of the rows.</summary>
    /// <returns>What is wrong; null if all of them open.</returns>
    public static Task<string?> FindProblemAsync(IReadOnlyList<KeyRow> rows, string keyFolder, CancellationToken cancellationToken)
    {
        // This program does not seal keys, so it says that nobody has tried, and never that all is well.
        _ = (keyFolder, cancellationToken);
        return Task.FromResult<string?>(string.Create(CultureInfo.InvariantCulture, $"The own keys of {rows.Count} applications could not be tried: this program does not open sealed keys."));
    }
}
