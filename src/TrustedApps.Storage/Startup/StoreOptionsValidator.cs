using Microsoft.Extensions.Options;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage.Startup;

/// <summary>
/// Validates the options of the store when the host starts. A message names the setting, the limit and the remedy.
/// </summary>
/// <param name="keyFolder">The key folder when the store was added.</param>
internal sealed class StoreOptionsValidator(string? keyFolder) : IValidateOptions<TrustedAppsStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, TrustedAppsStoreOptions options)
    {
        string[] problems = [.. FindProblems(options).Select(problem => $"AddTrustedAppsStore: {problem}")];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private IEnumerable<string> FindProblems(TrustedAppsStoreOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Connection))
        {
            yield return "Connection is missing. Name a SQLite file, such as trust.db, or give a PostgreSQL connection string.";
        }
        else if (!StoreDatabase.IsConnection(options.Connection))
        {
            yield return StoreDatabase.NotAConnection;
        }

        if (options.MaxStaleness < TimeSpan.FromMilliseconds(500) || options.MaxStaleness > TimeSpan.FromHours(1))
        {
            yield return $"MaxStaleness is {options.MaxStaleness}, and must be 500 milliseconds to 1 hour. Leave it out for 2 seconds.";
        }

        if (
            options.EncryptionKeyRotation != TimeSpan.Zero
            && (
                options.EncryptionKeyRotation < TimeSpan.FromDays(1)
                || options.EncryptionKeyRotation > TimeSpan.FromDays(90)
            )
        )
        {
            yield return $"EncryptionKeyRotation is {options.EncryptionKeyRotation}, and must be 1 to 90 days (1.00:00:00 to 90.00:00:00), or 00:00:00 for never. Leave it out for 1 day.";
        }

        if (options.ReplayTimeout < TimeSpan.FromMilliseconds(50) || options.ReplayTimeout > TimeSpan.FromSeconds(10))
        {
            yield return $"ReplayTimeout is {options.ReplayTimeout}, and must be 50 milliseconds to 10 seconds. Leave it out for 1 second.";
        }

        if (options.KeyFolder is { Length: 0 })
        {
            yield return "KeyFolder is empty. Name a folder that all nodes share, or leave it out and name a key file in Keys.";
        }

        if (options.KeyFolder != keyFolder)
        {
            yield return $"KeyFolder is '{options.KeyFolder}', and was '{keyFolder}' when the store was added. Set it in AddTrustedAppsStore, and nowhere else.";
        }
    }
}
