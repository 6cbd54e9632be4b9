using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Text;

namespace TrustedApps.Client;

/// <summary>
/// Validates the options of a client before its first request. Each message names the setting and the remedy.
/// </summary>
internal sealed class ClientOptionsValidator(IServiceProvider services) : IValidateOptions<TrustedAppClientOptions>
{
    public ValidateOptionsResult Validate(string? name, TrustedAppClientOptions options)
    {
        string[] problems =
        [
            .. FindProblems(options).Select(problem => $"TrustedAppClientOptions of the client '{name}': {problem}"),
        ];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    /// <summary>Returns the message for an option that is outside its range, or null.</summary>
    public static string? FindOutOfRange(TrustedAppClientOptions options)
    {
        if (options.MaxRedirects is < 0 or > 20) return $"MaxRedirects must be 0 to 20, but is {options.MaxRedirects}.";
        if (options.MaxBufferedContent is < 0 or > 1 << 30)
        {
            return $"MaxBufferedContent must be 0 to 1073741824 bytes, but is {options.MaxBufferedContent}.";
        }

        if (options.MaxClockCorrection < TimeSpan.Zero || options.MaxClockCorrection > TimeSpan.FromHours(1))
        {
            return $"MaxClockCorrection must be 00:00:00 to 01:00:00, but is {options.MaxClockCorrection}.";
        }

        if (
            options.ProviderCertificateHold < TimeSpan.Zero || options.ProviderCertificateHold > TimeSpan.FromHours(24)
        )
        {
            return $"ProviderCertificateHold must be 00:00:00 to 1.00:00:00, but is {options.ProviderCertificateHold}.";
        }

        return options.MaxRetryDelay < TimeSpan.Zero || options.MaxRetryDelay > TimeSpan.FromMinutes(1)
            ? $"MaxRetryDelay must be 00:00:00 to 00:01:00, but is {options.MaxRetryDelay}."
            : FindClaimProblem(options);
    }

    /// <summary>Returns the message for an option that needs version 4, or null if there is none.</summary>
    public static string? FindNewerThan(ProtocolVersion version, TrustedAppClientOptions options)
    {
        if (version.Traits.NeedsKeyGrant) return null;
        string? option = options.RequireResponseProof ? nameof(options.RequireResponseProof)
            : options.BoundHeaders.Count > 0 ? nameof(options.BoundHeaders)
            : options.Scopes.Count > 0 ? nameof(options.Scopes)
            : options.CurrentActors is not null ? nameof(options.CurrentActors)
            : null;
        return option is null
            ? null
            : $"{option} needs version 4, but Version is '{version}', whose assertions cannot say it. Set Version to 4, or remove {option}.";
    }

    /// <summary>Returns the message for version 4 over plain http, or null if it may be used.</summary>
    public static string? FindPlainHttp(ProtocolVersion version, BaseUrl baseUrl, TrustedAppClientOptions options) =>
        version == ProtocolVersion.Version4 && !baseUrl.IsProtected && !options.AllowHttp
            ? $"BaseUrl {baseUrl} is plain http, so others on the network path can read the responses. Use https. Only AllowHttp lets version 4 use plain http."
            : null;

    /// <summary>Returns the message for a forgeable version over plain http, or null if it may be used.</summary>
    public static string? FindForgeableOverHttp(
        ProtocolVersion version,
        BaseUrl baseUrl,
        TrustedAppClientOptions options
    ) =>
        version.IsForgeable && !baseUrl.IsProtected && !options.AllowForgeableVersionsOverHttp
            ? $"BaseUrl {baseUrl} is plain http, so a reader of one request under version {version} can forge others for any user. Use https or version 3. Only AllowForgeableVersionsOverHttp lets version {version} use plain http."
            : null;

    private static string? FindClaimProblem(TrustedAppClientOptions options)
    {
        if (options.BoundHeaders.Count > BoundHeaderName.MaxCount)
        {
            return $"BoundHeaders must have at most {BoundHeaderName.MaxCount} names, but has {options.BoundHeaders.Count}.";
        }

        foreach (string name in options.BoundHeaders)
        {
            if (BoundHeaderName.IsValid(name.ToLowerInvariant())) continue;
            return BoundHeaderName.Explain(nameof(options.BoundHeaders), name);
        }

        if (options.Scopes.Count > 0 && ScopeName.FindProblem([.. options.Scopes]) is { } problem)
        {
            return $"Scopes: {problem}. Name the scopes that the provider's trust lists.";
        }

        return options is { AllowUnprovenContent: true, RequireResponseProof: false }
            ? "AllowUnprovenContent needs RequireResponseProof: without it no response is proven at all. Set RequireResponseProof, or remove AllowUnprovenContent."
            : null;
    }

    private IEnumerable<string> FindProblems(TrustedAppClientOptions options)
    {
        if (!BaseUrl.TryParse(options.BaseUrl, out BaseUrl? baseUrl))
        {
            yield return string.IsNullOrEmpty(options.BaseUrl)
                ? "BaseUrl is missing. Set the provider's base URL in normal form, such as https://tracker.example/app."
                : $"BaseUrl: {BaseUrl.FindProblem(options.BaseUrl)}";
        }

        if (!HasOneKeySource(options))
        {
            yield return "exactly one of KeyFile, KeySource, KeyStore and Keys must be set, or none if an IKeyStore is registered. 'trusted-apps keys new' makes a key file.";
        }

        if (options.KeySource is { } source)
        {
            string? problem = string.IsNullOrEmpty(source.Id) ? "Id is missing: set the application id." : source.FindProblem();
            if (problem is not null) yield return $"KeySource:{problem}";
        }

        if (!ProtocolVersion.TryParse(options.Version, out ProtocolVersion? version))
        {
            yield return $"Version must be one of {string.Join(", ", ProtocolVersion.All)}, but is '{options.Version}'.";
        }

        if (version == ProtocolVersion.Version4)
        {
            if (!HasOneProviderSource(options))
            {
                yield return "version 4 needs the provider's certificate: either ProviderCertificateFile or ProviderFingerprints must be set, or none if an IProviderStore is registered. 'trusted-apps certificate read URL' shows the fingerprints: compare them with those that the provider's administrator sees. For an older version, set Version.";
            }

            if (ComparedFingerprints.FindProblem(options.ProviderFingerprints) is { } bad)
            {
                yield return $"ProviderFingerprints: {bad}";
            }

            if (options.PostDate)
            {
                yield return "PostDate must be false under version 4, whose assertions are never post-dated. Remove the setting.";
            }

            if (baseUrl is not null && FindPlainHttp(version, baseUrl, options) is { } plain) yield return plain;
        }

        if (version is { Traits.UsesLegacyKey: true } && options.LegacyProtocol is null)
        {
            yield return $"Version is '{version}', which is in the package TrustedApps.Legacy: add that package and call AddLegacyVersions() on the services, or set Version to 4.";
        }

        if (version is not null && FindNewerThan(version, options) is { } newer) yield return newer;
        if (FindOutOfRange(options) is { } outOfRange) yield return outOfRange;
        if (
            version is not null
            && baseUrl is not null
            && FindForgeableOverHttp(version, baseUrl, options) is { } forgeable
        )
        {
            yield return forgeable;
        }
    }

    private bool HasOneKeySource(TrustedAppClientOptions options)
    {
        int sources =
            (options.Keys is null ? 0 : 1)
            + (options.KeyFile is null ? 0 : 1)
            + (options.KeySource is null ? 0 : 1)
            + (options.KeyStore is null ? 0 : 1);
        return sources == 1 || (sources == 0 && IsRegistered(typeof(IKeyStore)));
    }

    private bool HasOneProviderSource(TrustedAppClientOptions options)
    {
        int sources =
            (options.ProviderCertificateFile is null ? 0 : 1) + (options.ProviderFingerprints.Count == 0 ? 0 : 1);
        return sources == 1 || (sources == 0 && IsRegistered(typeof(IProviderStore)));
    }

    private bool IsRegistered(Type service) =>
        services.GetService<IServiceProviderIsService>()?.IsService(service) == true;
}
