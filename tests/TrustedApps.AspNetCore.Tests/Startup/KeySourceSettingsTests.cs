using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Startup;
using TrustedApps.Client;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Tests.Startup;

/// <summary>The section KeySource of a provider and of a consumer.</summary>
public sealed class KeySourceSettingsTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_provider_binds_it()
    {
        IConfiguration settings = Settings(
            ("Id", "tracker:42"), ("BaseUrls:0", "https://tracker.example"), ("KeySource:SigningKey:Path", "/keys/signing.pem"),
            ("KeySource:SigningKey:Password", "secret"), ("KeySource:EncryptionKey:Thumbprint", new string('0', 40)),
            ("KeySource:ChangedAt", "2026-11-01T00:00:00Z"), ("KeySource:EncryptionKey:Location", "LocalMachine"), ("KeySource:EncryptionKey:Store", "Keys"));
        var services = new ServiceCollection();
        services.AddLogging().AddAuthentication().AddTrustedApps(settings);
        using ServiceProvider provider = services.BuildServiceProvider();
        KeySourceOptions source = provider.GetRequiredService<IOptionsMonitor<TrustedAppsOptions>>().Get("TrustedApps").KeySource!;
        Assert.Equal(("/keys/signing.pem", "secret"), (source.SigningKey!.Path, source.SigningKey.Password));
        Assert.Equal((StoreLocation.LocalMachine, "Keys"), (source.EncryptionKey!.Location, source.EncryptionKey.Store));
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), source.ChangedAt);
        Assert.Null(source.OtherSigningKey);
    }

    [Fact]
    public void A_consumer_binds_it()
    {
        TrustedAppClientOptions options = ClientOf(
            ("KeySource:Id", "wiki:8731"), ("KeySource:ChangedAt", "2026-11-01T00:00:00Z"), ("KeySource:SigningKey:Path", "/keys/signing.pem"), ("KeySource:EncryptionKey:Thumbprint", new string('0', 40)),
            ("KeySource:EncryptionKey:Location", "localmachine"));
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), options.KeySource!.ChangedAt);
        Assert.Equal(("wiki:8731", "/keys/signing.pem"), (options.KeySource!.Id, options.KeySource.SigningKey!.Path));
        Assert.Equal(StoreLocation.LocalMachine, options.KeySource.EncryptionKey!.Location);
    }

    [Theory]
    [InlineData("KeySource:SigningKey:Pfad", "a.pem", "KeySource:SigningKey:Pfad is not a setting.")]
    [InlineData("KeySource:ChangedAt", "yesterday", "KeySource:ChangedAt must be a moment")]
    [InlineData("KeySource:SigningKey:Location", "Somewhere", "KeySource:SigningKey:Location must be one of")]
    [InlineData("KeySource:SigningKey", "a.pem", "KeySource:SigningKey must be a section with settings")]
    [InlineData("KeySource:SigningKey:Path", "a.pem", "KeySource:Id is missing")]
    [InlineData("KeySource:Id", "wiki", "KeySource:SigningKey is missing")]
    public void A_mistake_is_named(string setting, string value, string said)
    {
        Exception thrown = Assert.ThrowsAny<Exception>(() => ClientOf((setting, value)));
        Assert.Contains(said, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_starts_with_it_and_says_what_is_wrong_with_a_key()
    {
        string signing = _folder.Write("signing.pem", ThrowAwayKeys.Pem(10));
        var source = new KeySourceOptions { SigningKey = new() { Path = signing }, EncryptionKey = new() { Path = _folder.PathOf("encryption.pem") } };
        void Set(TrustedAppsOptions options) => (options.Id, options.KeySource) = ("tracker:42", source);
        InvalidOperationException thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => TestProvider.StartAsync(Set));
        Assert.StartsWith($"Scheme 'TrustedApps': KeySource:EncryptionKey = {source.EncryptionKey.Path}: there is no such file.", thrown.Message, StringComparison.Ordinal);

        _folder.Write("encryption.pem", ThrowAwayKeys.Pem(11));
        source.OtherSigningKey = new() { Path = "", Thumbprint = new string('0', 40) };
        thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => TestProvider.StartAsync(Set));
        Assert.Contains("KeySource:OtherSigningKey = the certificate 0000", thrown.Message, StringComparison.Ordinal);

        source.OtherSigningKey = null;
        await using KestrelServer tracker = await TestProvider.StartAsync(Set);
        Assert.Equal("tracker:42", tracker.Services.GetRequiredKeyedService<IKeyStore>("TrustedApps").Keys.Id);
    }

    [Fact]
    public async Task A_provider_has_one_source_of_keys()
    {
        var source = new KeySourceOptions { SigningKey = new() { Path = "a" }, EncryptionKey = new() { Path = "b" } };
        OptionsValidationException thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => TestProvider.StartAsync(
            options => (options.Id, options.Keys, options.KeySource) = ("tracker:42", "keys.json", source)));
        Assert.Contains("KeySource are both set", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_path_is_none_for_the_warnings_at_start_up()
    {
        var source = new KeySourceOptions { SigningKey = new() { Path = "", Thumbprint = new string('0', 40) } };
        using var logs = new LogRecorder();
        new StartupWarnings(new LoggerFactory([logs]).CreateLogger<TrustedAppsStartup>()).WarnOfSettings("TrustedApps", new() { KeySource = source });
        Assert.Empty(logs.Lines);
    }

    private static TrustedAppClientOptions ClientOf(params (string Name, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddHttpClient("tracker").AddTrustedApp(Settings(
            [("BaseUrl", "https://tracker.example"), ("ProviderCertificateFile", "tracker.certificate"), .. settings]));
        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<TrustedAppClientOptions>>().Get("tracker");
    }

    private static IConfigurationSection Settings(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Section:{setting.Name}", (string?)setting.Value)))
        .Build()
        .GetSection("Section");
}
