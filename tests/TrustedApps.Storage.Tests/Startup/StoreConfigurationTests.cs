using Microsoft.Extensions.Configuration;
using TrustedApps.Storage.Startup;

namespace TrustedApps.Storage.Tests.Startup;

public class StoreConfigurationTests
{
    [Fact]
    public void Every_option_is_a_setting()
    {
        var options = new TrustedAppsStoreOptions();

        Read(options, ("Connection", "trust.db"), ("maxstaleness", "00:00:05"), ("KeyFolder", "keys"), ("IsNewInstallation", "true"), ("ReplayTimeout", "00:00:03"));

        Assert.Equal(("trust.db", TimeSpan.FromSeconds(5), "keys", true, TimeSpan.FromSeconds(3)), (options.Connection, options.MaxStaleness, options.KeyFolder, options.IsNewInstallation, options.ReplayTimeout));
        Assert.Equal(5, typeof(TrustedAppsStoreOptions).GetProperties().Length); // a new option needs a setting
    }

    [Fact]
    public void A_setting_that_is_left_out_keeps_its_default()
    {
        var options = new TrustedAppsStoreOptions();
        Read(options, ("Connection", "trust.db"));
        Assert.Equal((new TrustedAppsStoreOptions().MaxStaleness, null), (options.MaxStaleness, options.KeyFolder));
    }

    [Theory]
    [InlineData("MaxStalenes", "00:00:02", "Store:MaxStalenes is not a setting of the store. Remove it, or correct its name: the settings are Connection, MaxStaleness, KeyFolder, IsNewInstallation, ReplayTimeout.")]
    [InlineData("MaxStaleness", "2", "Store:MaxStaleness is '2', and must be hours, minutes and seconds, such as 00:00:02.")]
    [InlineData("ReplayTimeout", "soon", "Store:ReplayTimeout is 'soon', and must be hours, minutes and seconds, such as 00:00:02.")]
    [InlineData("IsNewInstallation", "yes", "Store:IsNewInstallation is 'yes', and must be true or false.")]
    [InlineData("Connection:0", "trust.db", "Store:Connection must be a single value.")]
    public void A_setting_that_is_not_valid_is_named(string name, string value, string message)
    {
        var failure = Assert.Throws<InvalidOperationException>(() => Read(new TrustedAppsStoreOptions(), (name, value)));
        Assert.Equal(message, failure.Message);
    }

    private static void Read(TrustedAppsStoreOptions options, params (string Name, string Value)[] settings) => StoreConfiguration.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Store:{setting.Name}", (string?)setting.Value))).Build().GetSection("Store"),
        options);
}
