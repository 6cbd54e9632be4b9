using System.Reflection;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.Client;

namespace TrustedApps.Tests.Client;

public sealed class ClientConfigurationTests
{
    [Fact]
    public void A_client_is_configured_by_a_section()
    {
        TrustedAppClientOptions options = Read(
            """{"Tracker":{"BaseUrl":"https://tracker.example","KeyFile":"/keys/wiki.json","ProviderFingerprints":["a","b"],"MaxRetryDelay":"00:00:10","ThrowOnRejection":true}}""");

        Assert.Equal(("https://tracker.example", "/keys/wiki.json", TimeSpan.FromSeconds(10), true), (options.BaseUrl, options.KeyFile, options.MaxRetryDelay, options.ThrowOnRejection));
        Assert.Equal(["a", "b"], options.ProviderFingerprints);
    }

    [Fact]
    public void Each_setting_of_the_options_can_be_configured()
    {
        PropertyInfo[] settings = [.. typeof(TrustedAppClientOptions).GetProperties().Where(property => property.PropertyType == typeof(string)
            || property.PropertyType.IsValueType || property.PropertyType == typeof(IList<string>))];
        Assert.Contains(settings, property => property.Name == nameof(TrustedAppClientOptions.MaxClockCorrection));
        foreach (PropertyInfo property in settings)
        {
            (string json, object value) = property.PropertyType switch
            {
                { } type when type == typeof(bool) => ("true", true),
                { } type when type == typeof(int) => ("\"7\"", 7),
                { } type when type == typeof(TimeSpan) => ("\"1.02:03:04\"", new TimeSpan(1, 2, 3, 4)),
                { } type when type == typeof(string) => ("\"x\"", (object)"x"),
                _ => ("[\"x\",\"y\"]", new[] { "x", "y" }),
            };

            TrustedAppClientOptions options = Read($$$"""{"Tracker":{"{{{property.Name}}}":{{{json}}}}}""");

            Assert.Equal(value, property.GetValue(options));
        }
    }

    [Theory]
    [InlineData("""{"Tracker":{"MaxRedirects":"99999999999"}}""", "Tracker:MaxRedirects is out of range: 99999999999.")]
    [InlineData("""{"Tracker":{"MaxRetryDelay":"25:61:00"}}""", "Tracker:MaxRetryDelay is out of range: 25:61:00.")]
    [InlineData("""{"Tracker":{"Keys":"wiki-keys.json"}}""", "Tracker:Keys is not a setting of a consumer. Did you mean KeyFile, the path of its key file?")]
    [InlineData("""{"Tracker":{"BaseUrls":["https://tracker.example"]}}""", "Tracker:BaseUrls is not a setting. Did you mean BaseUrl?")]
    [InlineData("""{"Tracker":{"ProviderFingerprint":"abcd"}}""", "Tracker:ProviderFingerprint is not a setting. Did you mean ProviderFingerprints?")]
    [InlineData("""{"Tracker":{"ProviderFingerprints":"abcd"}}""", "Tracker:ProviderFingerprints must be a list with at least one entry")]
    [InlineData("""{"Tracker":{"MaxRetryDelay":"5"}}""", "Tracker:MaxRetryDelay must be hours, minutes and seconds")]
    [InlineData("""{"Tracker":{"CurrentUser":"fred"}}""", "Tracker:CurrentUser can be set in code only.")]
    [InlineData("""{"Track":{}}""", "The configuration has no section 'Tracker', which AddTrustedApp reads")]
    public void What_a_client_does_not_have_is_an_error_and_not_dropped(string json, string problem)
    {
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => Read(json));

        Assert.StartsWith(problem, refused.Message, StringComparison.Ordinal);
    }

    private static TrustedAppClientOptions Read(string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        IConfiguration configuration = new ConfigurationBuilder().AddJsonStream(stream).Build().GetSection("Tracker");
        var services = new ServiceCollection();
        services.AddHttpClient("tracker").AddTrustedApp(configuration);
        using ServiceProvider provider = services.BuildServiceProvider();
        var options = new TrustedAppClientOptions();
        foreach (IConfigureOptions<TrustedAppClientOptions> step in provider.GetServices<IConfigureOptions<TrustedAppClientOptions>>())
        {
            (step as IConfigureNamedOptions<TrustedAppClientOptions>)?.Configure("tracker", options);
        }

        return options;
    }
}
