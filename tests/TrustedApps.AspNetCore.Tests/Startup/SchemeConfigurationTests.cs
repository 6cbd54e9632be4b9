using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Startup;

namespace TrustedApps.AspNetCore.Tests.Startup;

public sealed class SchemeConfigurationTests
{
    [Theory]
    [InlineData("""{"Applications":[{"AllowUsers":"fred"}]}""", "Applications:0:AllowUsers must be a list")]
    [InlineData("""{"Applications":[{"DelegatedFrom":"blog"}]}""", "Applications:0:DelegatedFrom must be a list")]
    [InlineData("""{"Applications":[{"DelegatedFrom":null}]}""", "Applications:0:DelegatedFrom must be a list")]
    [InlineData("""{"Applications":[{"DenyUsers":[]}]}""", "Applications:0:DenyUsers must be a list")]
    [InlineData("""{"Applications":[{"Methods":[]}]}""", "Applications:0:Methods must be a list")]
    [InlineData("""{"Applications":[{"AllowUsers":{}}]}""", "Applications:0:AllowUsers must be a list")]
    [InlineData("""{"Applications":[{"AllowUsers":null}]}""", "Applications:0:AllowUsers must be a list")]
    [InlineData("""{"Applications":[{"AllowUsers":["fred",""]}]}""", "Applications:0:AllowUsers must be a list")]
    [InlineData("""{"Applications":[{"denyusers":"admin"}]}""", "Applications:0:denyusers must be a list")]
    [InlineData("""{"Applications":[{"Methods":"GET"}]}""", "Applications:0:Methods must be a list")]
    [InlineData("""{"Applications":[{"Versions":"3"}]}""", "Applications:0:Versions must be a list")]
    [InlineData("""{"Applications":[{"Addresses":"*"}]}""", "Applications:0:Addresses must be a list")]
    [InlineData("""{"Applications":[{"Urls":"/rest"}]}""", "Applications:0:Urls must be a list")]
    [InlineData("""{"BaseUrls":"https://tracker.example"}""", "BaseUrls must be a list")]
    [InlineData("""{"Applications":[{"Timeout":"1"}]}""", "Applications:0:Timeout must be hours, minutes and seconds")]
    [InlineData("""{"Applications":[{"Timeout":60}]}""", "Applications:0:Timeout must be hours, minutes and seconds")]
    [InlineData("""{"Applications":[{"FutureTolerance":"0"}]}""", "Applications:0:FutureTolerance must be hours, minutes and seconds")]
    [InlineData("""{"Applications":[{"Timeout":"1:00"}]}""", "Applications:0:Timeout must be hours, minutes and seconds")]
    [InlineData("""{"Applications":[{"CheckForwardedFor":""}]}""", "Applications:0:CheckForwardedFor must be true or false")]
    [InlineData("""{"Applications":[{"CheckForwardedFor":null}]}""", "Applications:0:CheckForwardedFor must be true or false")]
    [InlineData("""{"PathPrefix":null}""", "PathPrefix is null: give it a value, or leave it out for the default.")]
    [InlineData("""{"Applications":null}""", "Applications is null: give it a value, or leave it out for the default.")]
    [InlineData("""{"BaseUrls":null}""", "BaseUrls must be a list")]
    [InlineData("""{"Applications":[{"Legacy":null}]}""", "Applications:0:Legacy must be a section with settings")]
    [InlineData("""{"Applications":[{"RefuseReplays":"on"}]}""", "Applications:0:RefuseReplays must be true or false")]
    [InlineData("""{"Applications":[{"RefuseReplays":{"on":true}}]}""", "Applications:0:RefuseReplays must be a single value")]
    [InlineData("""{"RejectOutright":[true]}""", "RejectOutright must be a single value")]
    [InlineData("""{"Applications":"wiki"}""", "Applications must be a list")]
    [InlineData("""{"Applications":["wiki"]}""", "Applications:0 must be a section with settings")]
    [InlineData("""{"Applications":[{"AllowUsers":[{"Denied":"fred"}]}]}""", "Applications:0:AllowUsers must be a list")]
    [InlineData("""{"ClockSkew":"30"}""", "ClockSkew must be hours, minutes and seconds")]
    [InlineData("""{"CertificateHold":"24"}""", "CertificateHold must be hours, minutes and seconds")]
    [InlineData("""{"ConcealTrusts":""}""", "ConcealTrusts must be true or false")]
    [InlineData("""{"AllowHttp":"no"}""", "AllowHttp must be true or false")]
    [InlineData("""{"RefreshCertificates":"off"}""", "RefreshCertificates must be true or false")]
    [InlineData("""{"AllowPrivateAddresses":null}""", "AllowPrivateAddresses must be true or false")]
    [InlineData("""{"MaxBufferedContent":[1]}""", "MaxBufferedContent must be a single value")]
    [InlineData("""{"Applications":[{"AllowSelf":"on"}]}""", "Applications:0:AllowSelf must be true or false")]
    [InlineData("""{"Applications":[{"AllowUnboundContent":1}]}""", "Applications:0:AllowUnboundContent must be true or false")]
    [InlineData("""{"Applications":[{"Fingerprints":"abcd"}]}""", "Applications:0:Fingerprints must be a list")]
    [InlineData("""{"Applications":[{"CertificateFile":["wiki.json"]}]}""", "Applications:0:CertificateFile must be a single value")]
    [InlineData("""{"Applications":[{"Legacy":"2027-03-31T00:00:00Z"}]}""", "Applications:0:Legacy must be a section with settings, such as Applications:0:Legacy:Until")]
    [InlineData("""{"Applications":[{"Legacy":{}}]}""", "Applications:0:Legacy must be a section with settings, such as Applications:0:Legacy:Until")]
    [InlineData("""{"Applications":[{"Legacy":{"Until":"2027-03-31"}}]}""", "Applications:0:Legacy:Until must be a moment with its offset")]
    [InlineData("""{"Applications":[{"Legacy":{"Until":"03/04/2027 00:00:00 +00:00"}}]}""", "Applications:0:Legacy:Until must be a moment with its offset")]
    [InlineData("""{"Applications":[{"Legacy":{"Until":"2027-03-31T00:00:00"}}]}""", "Applications:0:Legacy:Until must be a moment with its offset")]
    [InlineData("""{"Applications":[{"Legacy":{"Versions":"3"}}]}""", "Applications:0:Legacy:Versions must be a list")]
    [InlineData("""{"Applications":[{"Legacy":{"Timeout":"60"}}]}""", "Applications:0:Legacy:Timeout must be hours, minutes and seconds")]
    public void What_would_bind_to_something_wider_stops_the_start(string json, string problem)
    {
        InvalidOperationException stopped = Assert.Throws<InvalidOperationException>(() => SchemeConfiguration.Require(Read(json)));
        Assert.StartsWith(problem, stopped.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"Applications":[{"AllowUser":["fred"]}]}""")]
    [InlineData("""{"Applications":[{"RefuseReplay":true}]}""")]
    [InlineData("""{"RefusesOutright":true}""")]
    [InlineData("""{"ConcealTrust":true}""")]
    [InlineData("""{"Applications":[{"Self":true}]}""")]
    [InlineData("""{"Applications":[{"Legacy":{"Until":"2027-03-31T00:00:00Z","Id":"wiki"}}]}""")]
    [InlineData("""{"MaxBufferedContent":"1 MiB"}""")]
    public void A_misspelt_setting_stops_the_start(string json)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddAuthentication().AddTrustedApps(Read(json));
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<IOptionsMonitor<TrustedAppsOptions>>().Get(TrustedAppsDefaults.AuthenticationScheme));
    }

    [Theory]
    [InlineData("""{"T":{"Applications":[{"Adresses":["*"]}]}}""", "T:Applications:0:Adresses is not a setting. Did you mean Addresses?")]
    [InlineData("""{"T":{"Aplications":[]}}""", "T:Aplications is not a setting. Did you mean Applications?")]
    [InlineData("""{"T":{"AllowSelff":true}}""", "T:AllowSelff is not a setting. The settings here are ")]
    [InlineData("""{"T":{"Applications":[{"AllowSelff":true}]}}""", "T:Applications:0:AllowSelff is not a setting. Did you mean AllowSelf?")]
    [InlineData("""{"T":{"Applications":[{"Self":true}]}}""", "T:Applications:0:Self is not a setting. Did you mean AllowSelf?")]
    [InlineData("""{"T":{"Applications":[{"Legacy":{"Untill":"2027-03-31T00:00:00Z"}}]}}""", "T:Applications:0:Legacy:Untill is not a setting. Did you mean Until?")]
    [InlineData("""{"T":{"Events":"x"}}""", "T:Events can be set in code only.")]
    public void A_misspelt_setting_is_named_with_the_one_that_is_meant(string json, string problem)
    {
        InvalidOperationException stopped = Assert.Throws<InvalidOperationException>(() => SchemeConfiguration.Require(Read(json).GetSection("T")));

        Assert.StartsWith(problem, stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_whole_configuration_is_told_from_a_section()
    {
        InvalidOperationException stopped = Assert.Throws<InvalidOperationException>(
            () => SchemeConfiguration.Require(Read("""{"Logging":{"LogLevel":{"Default":"Warning"}},"TrustedApps":{"Id":"tracker"}}""")));

        Assert.Equal(
            "Logging is not a setting. This is the whole configuration: give the section with the settings, such as Configuration.GetSection(\"TrustedApps\").",
            stopped.Message);
    }

    [Fact]
    public void A_section_that_does_not_exist_is_named()
    {
        var services = new ServiceCollection();
        services.AddLogging().AddAuthentication().AddTrustedApps(Read("{}").GetSection("TrustedApp"));
        using ServiceProvider provider = services.BuildServiceProvider();

        var stopped = Assert.Throws<OptionsValidationException>(
            () => provider.GetRequiredService<IOptionsMonitor<TrustedAppsOptions>>().Get(TrustedAppsDefaults.AuthenticationScheme));

        Assert.Contains("BaseUrls is empty.", stopped.Message, StringComparison.Ordinal);
        Assert.Contains("The configuration has no section 'TrustedApp': check its name", stopped.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "TrustedApps")]
    [InlineData("Partners", "Partners")]
    public void Without_arguments_the_section_of_the_scheme_is_read_where_ASP_NET_Core_has_it(string? scheme, string section)
    {
        using ServiceProvider provider = Provide(
            """{"Authentication":{"Schemes":{"NAME":{"BaseUrls":["https://tracker.example"],"ConcealTrusts":true}}}}""".Replace("NAME", section, StringComparison.Ordinal),
            authentication => _ = scheme is null ? authentication.AddTrustedApps() : authentication.AddTrustedApps(scheme));

        TrustedAppsOptions options = OptionsOf(provider, section);

        Assert.Equal(["https://tracker.example"], options.BaseUrls);
        Assert.True(options.ConcealTrusts);
    }

    [Fact]
    public async Task Code_comes_after_the_section_of_the_scheme()
    {
        using ServiceProvider provider = Provide(
            """{"Authentication":{"Schemes":{"TrustedApps":{"BaseUrls":["https://tracker.example"],"MaxContentTime":"00:00:10","PathPrefix":"/app"}}}}""",
            authentication => authentication.AddTrustedApps("TrustedApps", "Other applications", options => options.PathPrefix += "/code"));

        TrustedAppsOptions options = OptionsOf(provider);

        Assert.Equal(("/app/code", TimeSpan.FromSeconds(10)), (options.PathPrefix, options.MaxContentTime));
        AuthenticationScheme? scheme = await provider.GetRequiredService<IAuthenticationSchemeProvider>().GetSchemeAsync("TrustedApps");
        Assert.Equal("Other applications", scheme!.DisplayName);
    }

    [Fact]
    public void Code_alone_needs_no_section()
    {
        using ServiceProvider provider = Provide("{}", authentication => authentication.AddTrustedApps(options => options.BaseUrls.Add("https://tracker.example")));
        Assert.Equal(["https://tracker.example"], OptionsOf(provider).BaseUrls);

        using ServiceProvider later = Provide("{}", authentication => authentication.AddTrustedApps().Services.Configure<TrustedAppsOptions>("TrustedApps", options => options.BaseUrls.Add("https://tracker.example")));
        Assert.Equal(["https://tracker.example"], OptionsOf(later).BaseUrls);

        var services = new ServiceCollection(); // without any configuration
        services.AddLogging().AddAuthentication().AddTrustedApps(options => options.BaseUrls.Add("https://tracker.example"));
        using ServiceProvider bare = services.BuildServiceProvider();
        Assert.Equal(["https://tracker.example"], OptionsOf(bare).BaseUrls);
    }

    [Fact]
    public void Another_section_is_read_alone()
    {
        using ServiceProvider provider = Provide(
            """{"Authentication":{"Schemes":{"TrustedApps":{"BaseUrls":["https://tracker.example"]}}},"Own":{"BaseUrls":["https://own.example"]}}""",
            (authentication, configuration) => authentication.AddTrustedApps(configuration.GetSection("Own")));

        Assert.Equal(["https://own.example"], OptionsOf(provider).BaseUrls);
    }

    [Fact]
    public void The_section_of_the_scheme_is_read_as_strictly_as_any_other()
    {
        using ServiceProvider provider = Provide(
            """{"Authentication":{"Schemes":{"TrustedApps":{"Applications":[{"AllowUsers":"fred"}]}}}}""",
            authentication => authentication.AddTrustedApps());

        InvalidOperationException stopped = Assert.Throws<InvalidOperationException>(() => OptionsOf(provider));

        Assert.StartsWith("Authentication:Schemes:TrustedApps:Applications:0:AllowUsers must be a list", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_section_of_the_scheme_is_named_and_shown()
    {
        using ServiceProvider provider = Provide("{}", authentication => authentication.AddTrustedApps());

        var stopped = Assert.Throws<OptionsValidationException>(() => OptionsOf(provider));

        Assert.Contains("The configuration has no section 'Authentication:Schemes:TrustedApps', which AddTrustedApps reads.", stopped.Message, StringComparison.Ordinal);
        Assert.Contains("""Authentication": { "Schemes": { "TrustedApps": { "Keys": "keys.json", "BaseUrls": [ "https://tracker.example" ] } } }.""", stopped.Message, StringComparison.Ordinal);
    }

    private static TrustedAppsOptions OptionsOf(ServiceProvider provider, string scheme = "TrustedApps") =>
        provider.GetRequiredService<IOptionsMonitor<TrustedAppsOptions>>().Get(scheme);

    private static ServiceProvider Provide(string json, Action<AuthenticationBuilder> add) => Provide(json, (authentication, _) => add(authentication));

    private static ServiceProvider Provide(string json, Action<AuthenticationBuilder, IConfiguration> add)
    {
        IConfiguration configuration = Read(json);
        var services = new ServiceCollection();
        services.AddSingleton(configuration).AddLogging();
        add(services.AddAuthentication(), configuration);
        return services.BuildServiceProvider();
    }

    [Fact]
    public void Lists_and_times_as_they_should_be_pass()
    {
        Exception? problem = Record.Exception(() => SchemeConfiguration.Require(Read(
            """{"BaseUrls":["https://tracker.example"],"Applications":[{"AllowUsers":["fred"],"DelegatedFrom":[],"Timeout":"00:01:00","FutureTolerance":"00:00:00","RefuseReplays":true,"CheckForwardedFor":"False"}],"PathPrefix":"","ClockSkew":"00:00:30","CertificateHold":"1.00:00:00"}""")));

        Assert.Null(problem);
    }

    private static IConfiguration Read(string json)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json));
        return new ConfigurationBuilder().AddJsonStream(stream).Build();
    }
}
