using Microsoft.Extensions.Options;

namespace TrustedApps.Http;

/// <summary>What must hold before the first request: each message names the setting and says how to mend it.</summary>
internal sealed class ClientOptionsValidator : IValidateOptions<TrustedAppClientOptions>
{
    public ValidateOptionsResult Validate(string? name, TrustedAppClientOptions options)
    {
        string client = $"TrustedAppClientOptions of the client '{name}'";
        var problems = new List<string>();

        if (!BaseUrl.TryParse(options.BaseUrl, out BaseUrl? baseUrl)) problems.Add($"{client}: BaseUrl is to be the provider's base URL in normal form, such as https://tracker.example/app; it is '{options.BaseUrl}'.");
        if (options.Keys is null == options.KeyFile is null) problems.Add($"{client}: set either Keys or KeyFile ('trusted-apps keys new' makes one).");
        if (!ProtocolVersion.TryParse(options.Version, out ProtocolVersion? version)) problems.Add($"{client}: Version '{options.Version}' is none of {string.Join(", ", ProtocolVersion.All)}.");
        if (FindOutOfRange(options) is { } outOfRange) problems.Add($"{client}: {outOfRange}");
        if (version is not null && baseUrl is not null && FindForgeableOverHttp(version, baseUrl, options) is { } forgeable) problems.Add($"{client}: {forgeable}");

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    /// <summary>Which option is outside its range, or null.</summary>
    public static string? FindOutOfRange(TrustedAppClientOptions options)
    {
        if (options.MaxRedirects is < 0 or > 20) return "MaxRedirects is to be 0 to 20.";
        return options.MaxRetryDelay < TimeSpan.Zero || options.MaxRetryDelay > TimeSpan.FromMinutes(1) ? "MaxRetryDelay is to be zero to 60 seconds." : null;
    }

    /// <summary>Why the version may not be spoken to the provider, or null.</summary>
    public static string? FindForgeableOverHttp(ProtocolVersion version, BaseUrl baseUrl, TrustedAppClientOptions options) =>
        version.IsForgeable && !baseUrl.IsProtected && !options.AllowForgeableVersionsOverHttp
            ? $"version {version} to {baseUrl}, which is plain http, can be forged by whoever reads one request. Use https or version 3, or set AllowForgeableVersionsOverHttp."
            : null;
}
