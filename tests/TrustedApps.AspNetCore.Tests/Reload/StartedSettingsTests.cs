using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore.Reload;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Tests.Reload;

public class StartedSettingsTests
{
    [Fact]
    public void What_takes_effect_at_a_start_is_as_at_the_start_and_is_named()
    {
        var started = new TrustedAppsOptions { Name = "Tracker", BaseUrls = { "https://one.example" }, ClockSkew = TimeSpan.FromSeconds(5) };
        var changed = new TrustedAppsOptions { Name = null, BaseUrls = { "https://one.example", "https://two.example" }, KeySource = new KeySourceOptions(), Applications = { Version4.Trust() } };

        IReadOnlyList<string> names = new StartedSettings<TrustedAppsOptions>(nameof(TrustedAppsOptions.Applications)).Restore(started, changed);

        Assert.Equal(["BaseUrls", "ClockSkew", "Name"], names.Order(StringComparer.Ordinal));
        Assert.Equal(("Tracker", TimeSpan.FromSeconds(5), (KeySourceOptions?)null), (changed.Name, changed.ClockSkew, changed.KeySource));
        Assert.Equal(["https://one.example"], changed.BaseUrls);
        Assert.Single(changed.Applications);
    }

    [Fact]
    public void A_section_with_settings_of_its_own_is_compared_as_the_configuration_states_it()
    {
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["T:KeySource:Id"] = "tracker", ["T:Name"] = "Tracker" }).Build();
        SchemeSection section = SchemeSection.Of("T", configuration.GetSection("T"), list: null);
        using ServiceProvider services = new ServiceCollection().BuildServiceProvider();
        section.NoteBound(configuration.GetSection("T"));
        Assert.Empty(section.FindChanged(services));

        configuration["T:KeySource:Id"] = "other";

        Assert.Equal(["KeySource"], section.FindChanged(services));
        Assert.Contains("KeySource", new StartedSettings<TrustedAppsOptions>().Sections);
    }
}
