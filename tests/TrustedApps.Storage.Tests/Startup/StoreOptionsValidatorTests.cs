using Microsoft.Extensions.Options;
using TrustedApps.Storage.Startup;

namespace TrustedApps.Storage.Tests.Startup;

public class StoreOptionsValidatorTests
{
    public static TheoryData<string, Action<TrustedAppsStoreOptions>> Mistakes { get; } = new()
    {
        { "Connection is missing.", options => options.Connection = null },
        { "Connection must be the name of a SQLite file,", options => options.Connection = "Host=db;Port=many;Password=geheim" },
        { "MaxStaleness is 00:00:00.4990000, and must be 500 milliseconds to 1 hour.", options => options.MaxStaleness = TimeSpan.FromMilliseconds(499) },
        { "MaxStaleness is 01:00:00.0010000,", options => options.MaxStaleness = TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(1) },
        { "ReplayTimeout is 00:00:00.0490000, and must be 50 milliseconds to 10 seconds.", options => options.ReplayTimeout = TimeSpan.FromMilliseconds(49) },
        { "ReplayTimeout is 00:00:10.0010000,", options => options.ReplayTimeout = TimeSpan.FromMilliseconds(10_001) },
        { "EncryptionKeyRotation is 23:59:59, and must be 1 to 90 days (1.00:00:00 to 90.00:00:00), or 00:00:00 for never. Leave it out for 1 day.", options => options.EncryptionKeyRotation = new TimeSpan(23, 59, 59) },
        { "EncryptionKeyRotation is 90.00:00:01,", options => options.EncryptionKeyRotation = new TimeSpan(90, 0, 0, 1) },
        { "EncryptionKeyRotation is -1.00:00:00,", options => options.EncryptionKeyRotation = TimeSpan.FromDays(-1) },
        { "KeyFolder is 'elsewhere', and was 'keys' when the store was added.", options => options.KeyFolder = "elsewhere" },
        { "KeyFolder is '', and was 'keys' when the store was added.", options => options.KeyFolder = null },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void A_mistake_is_named_without_a_password(string message, Action<TrustedAppsStoreOptions> make)
    {
        TrustedAppsStoreOptions options = New();
        make(options);

        ValidateOptionsResult result = new StoreOptionsValidator("keys").Validate(null, options);

        Assert.StartsWith($"AddTrustedAppsStore: {message}", Assert.Single(result.Failures!), StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", result.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_key_folder_is_refused()
    {
        TrustedAppsStoreOptions options = New();
        options.KeyFolder = "";
        Assert.Contains("KeyFolder is empty.", new StoreOptionsValidator("").Validate(null, options).FailureMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, 50, 1)]
    [InlineData(3_600_000, 10_000, 90)]
    [InlineData(500, 50, 0)]
    public void The_limits_are_allowed(int staleness, int timeout, int days)
    {
        TrustedAppsStoreOptions options = New();
        (options.MaxStaleness, options.ReplayTimeout) = (TimeSpan.FromMilliseconds(staleness), TimeSpan.FromMilliseconds(timeout));
        options.EncryptionKeyRotation = TimeSpan.FromDays(days);
        Assert.True(new StoreOptionsValidator("keys").Validate(null, options).Succeeded);
    }

    private static TrustedAppsStoreOptions New() => new() { Connection = "trust.db", KeyFolder = "keys" };
}
