using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.Keys;

namespace TrustedApps.Client;

/// <summary>What must hold before the first request: each message names the setting and says how to mend it.</summary>
internal sealed class ClientOptionsValidator(IServiceProvider services) : IValidateOptions<TrustedAppClientOptions>
{
    public ValidateOptionsResult Validate(string? name, TrustedAppClientOptions options)
    {
        string client = $"TrustedAppClientOptions of the client '{name}'";
        var problems = new List<string>();

        if (!BaseUrl.TryParse(options.BaseUrl, out BaseUrl? baseUrl)) problems.Add($"{client}: BaseUrl is to be the provider's base URL in normal form, such as https://tracker.example/app; it is '{options.BaseUrl}'.");
        if (FindProblemOfKeys(options) is { } keys) problems.Add($"{client}: {keys}");
        if (!ProtocolVersion.TryParse(options.Version, out ProtocolVersion? version)) problems.Add($"{client}: Version '{options.Version}' is none of {string.Join(", ", ProtocolVersion.All)}.");
        if (version == ProtocolVersion.Version4) problems.AddRange(FindProblemsOfVersion4(options, baseUrl).Select(problem => $"{client}: {problem}"));
        if (version is { Traits.UsesLegacyKey: true } && options.LegacyProtocol is null) problems.Add($"{client}: Version is '{version}', which is in the package TrustedApps.Legacy: add that package and call AddLegacyVersions() on the services, or set Version to 4.");
        if (FindOutOfRange(options) is { } outOfRange) problems.Add($"{client}: {outOfRange}");
        if (version is not null && baseUrl is not null && FindForgeableOverHttp(version, baseUrl, options) is { } forgeable) problems.Add($"{client}: {forgeable}");

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    /// <summary>Which option is outside its range, or null.</summary>
    public static string? FindOutOfRange(TrustedAppClientOptions options)
    {
        if (options.MaxRedirects is < 0 or > 20) return "MaxRedirects is to be 0 to 20.";
        if (options.MaxBufferedContent is < 0 or > 1 << 30) return "MaxBufferedContent is to be 0 to 1073741824 bytes.";
        if (options.MaxClockCorrection < TimeSpan.Zero || options.MaxClockCorrection > TimeSpan.FromHours(1)) return "MaxClockCorrection is to be zero to one hour.";
        return options.MaxRetryDelay < TimeSpan.Zero || options.MaxRetryDelay > TimeSpan.FromMinutes(1) ? "MaxRetryDelay is to be zero to 60 seconds." : null;
    }

    /// <summary>Why version 4 may not be spoken over plain http, or null.</summary>
    public static string? FindPlainHttp(ProtocolVersion version, BaseUrl baseUrl, TrustedAppClientOptions options) =>
        version == ProtocolVersion.Version4 && !baseUrl.IsProtected && !options.AllowHttp
            ? $"{baseUrl} is plain http: whoever is on the way reads the answers. Use https, or set AllowHttp."
            : null;

    private string? FindProblemOfKeys(TrustedAppClientOptions options)
    {
        int sources = (options.Keys is null ? 0 : 1) + (options.KeyFile is null ? 0 : 1) + (options.KeyStore is null ? 0 : 1);
        bool isGiven = sources == 1 || (sources == 0 && IsRegistered(typeof(IKeyStore)));
        return isGiven ? null : "set one of KeyFile ('trusted-apps keys new' makes one), KeyStore and Keys; or none, and register an IKeyStore.";
    }

    private IEnumerable<string> FindProblemsOfVersion4(TrustedAppClientOptions options, BaseUrl? baseUrl)
    {
        int sources = (options.ProviderCertificateFile is null ? 0 : 1) + (options.ProviderFingerprints.Count == 0 ? 0 : 1);
        if (sources > 1 || (sources == 0 && !IsRegistered(typeof(IProviderStore)))) yield return "version 4 needs to know the provider: set either ProviderCertificateFile, or ProviderFingerprints ('trusted-apps certificate read URL' shows them; compare them with what the provider's administrator sees); or none, and register an IProviderStore. For an older version, set Version.";
        if (options.PostDate) yield return "PostDate is for older versions.";
        if (baseUrl is not null && FindPlainHttp(ProtocolVersion.Version4, baseUrl, options) is { } plain) yield return plain;
    }

    private bool IsRegistered(Type service) => services.GetService<IServiceProviderIsService>()?.IsService(service) == true;

    /// <summary>Why the version may not be spoken to the provider, or null.</summary>
    public static string? FindForgeableOverHttp(ProtocolVersion version, BaseUrl baseUrl, TrustedAppClientOptions options) =>
        version.IsForgeable && !baseUrl.IsProtected && !options.AllowForgeableVersionsOverHttp
            ? $"version {version} to {baseUrl}, which is plain http, can be forged by whoever reads one request. Use https or version 3, or set AllowForgeableVersionsOverHttp."
            : null;
}
