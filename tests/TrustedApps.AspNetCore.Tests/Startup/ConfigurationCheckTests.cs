using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Startup;

namespace TrustedApps.AspNetCore.Tests.Startup;

public sealed class ConfigurationCheckTests
{
    [Theory]
    [InlineData("""{"Applications":[{"AllowUsers":"fred"}]}""", "Applications:0:AllowUsers is to be a list")]
    [InlineData("""{"Applications":[{"AllowUsers":[]}]}""", "Applications:0:AllowUsers is to be a list")]
    [InlineData("""{"Applications":[{"AllowUsers":{}}]}""", "Applications:0:AllowUsers is to be a list")]
    [InlineData("""{"Applications":[{"AllowUsers":null}]}""", "Applications:0:AllowUsers is to be a list")]
    [InlineData("""{"Applications":[{"AllowUsers":["fred",""]}]}""", "Applications:0:AllowUsers is to be a list")]
    [InlineData("""{"Applications":[{"denyusers":"admin"}]}""", "Applications:0:denyusers is to be a list")]
    [InlineData("""{"Applications":[{"Methods":"GET"}]}""", "Applications:0:Methods is to be a list")]
    [InlineData("""{"Applications":[{"Versions":"3"}]}""", "Applications:0:Versions is to be a list")]
    [InlineData("""{"Applications":[{"Addresses":"*"}]}""", "Applications:0:Addresses is to be a list")]
    [InlineData("""{"Applications":[{"Urls":"/rest"}]}""", "Applications:0:Urls is to be a list")]
    [InlineData("""{"BaseUrls":"https://tracker.example"}""", "BaseUrls is to be a list")]
    [InlineData("""{"Applications":[{"Timeout":"1"}]}""", "Applications:0:Timeout is to be hours, minutes and seconds")]
    [InlineData("""{"Applications":[{"Timeout":60}]}""", "Applications:0:Timeout is to be hours, minutes and seconds")]
    [InlineData("""{"Applications":[{"AllowanceAhead":"0"}]}""", "Applications:0:AllowanceAhead is to be hours, minutes and seconds")]
    [InlineData("""{"Applications":[{"Timeout":"1:00"}]}""", "Applications:0:Timeout is to be hours, minutes and seconds")]
    [InlineData("""{"Applications":[{"CheckForwardedFor":""}]}""", "Applications:0:CheckForwardedFor is to be true or false")]
    [InlineData("""{"Applications":[{"CheckForwardedFor":null}]}""", "Applications:0:CheckForwardedFor is to be true or false")]
    [InlineData("""{"Applications":[{"RefuseReplays":"on"}]}""", "Applications:0:RefuseReplays is to be true or false")]
    [InlineData("""{"Applications":[{"RefuseReplays":{"on":true}}]}""", "Applications:0:RefuseReplays is to be a single value")]
    [InlineData("""{"RefuseOutright":[true]}""", "RefuseOutright is to be a single value")]
    [InlineData("""{"Applications":"wiki"}""", "Applications is to be a list")]
    [InlineData("""{"Applications":["wiki"]}""", "Applications:0 is to hold the settings of a trust")]
    [InlineData("""{"Applications":[{"AllowUsers":[{"Denied":"fred"}]}]}""", "Applications:0:AllowUsers is to be a list")]
    public void What_would_bind_to_something_wider_stops_the_start(string json, string problem)
    {
        InvalidOperationException stopped = Assert.Throws<InvalidOperationException>(() => ConfigurationCheck.Require(Read(json)));
        Assert.StartsWith(problem, stopped.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"Applications":[{"AllowUser":["fred"]}]}""")]
    [InlineData("""{"Applications":[{"RefuseReplay":true}]}""")]
    [InlineData("""{"RefusesOutright":true}""")]
    public void A_misspelt_setting_stops_the_start(string json)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddAuthentication().AddTrustedApps(Read(json));
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<IOptionsMonitor<TrustedAppsOptions>>().Get(TrustedAppsDefaults.AuthenticationScheme));
    }

    [Fact]
    public void Lists_and_times_as_they_should_be_pass()
    {
        Exception? problem = Record.Exception(() => ConfigurationCheck.Require(Read(
            """{"BaseUrls":["https://tracker.example"],"Applications":[{"AllowUsers":["fred"],"Timeout":"00:01:00","AllowanceAhead":"00:00:00","RefuseReplays":true,"CheckForwardedFor":"False"}],"PathPrefix":""}""")));

        Assert.Null(problem);
    }

    private static IConfiguration Read(string json)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json));
        return new ConfigurationBuilder().AddJsonStream(stream).Build();
    }
}
