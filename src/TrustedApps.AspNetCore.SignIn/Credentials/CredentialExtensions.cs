using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TrustedApps;
using TrustedApps.AspNetCore.SignIn.Credentials;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds authentication schemes for user names and passwords.</summary>
/// <remarks>
/// An <see cref="ICredentialVerifier"/> verifies passwords, or an <see cref="IPasswordHashStore"/> holds their hashes,
/// each keyed by the scheme's name or for all schemes. Without either, the application does not start. An
/// <see cref="IUserResolver"/> finds the user; without one, every name with the right password is a user. The
/// <see cref="ILoginGuard"/>, which all these schemes share, stops the guessing of passwords.
/// </remarks>
public static class CredentialExtensions
{
    /// <summary>Adds HTTP Basic authentication (RFC 7617).</summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="authenticationScheme">The scheme's name.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    /// <returns>The same builder.</returns>
    public static AuthenticationBuilder AddBasic(
        this AuthenticationBuilder builder, string authenticationScheme, Action<BasicOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(authenticationScheme);

        AddCredentials(builder.Services);
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<BasicOptions>, BasicOptionsValidator>()
        );
        builder.Services.AddOptions<BasicOptions>(authenticationScheme).ValidateOnStart();
        return builder.AddScheme<BasicOptions, BasicHandler>(authenticationScheme, configure);
    }

    /// <summary>Adds login by a form.</summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="authenticationScheme">The scheme's name.</param>
    /// <param name="configure">Sets the options; at least one path.</param>
    /// <returns>The same builder.</returns>
    public static AuthenticationBuilder AddFormLogin(
        this AuthenticationBuilder builder, string authenticationScheme, Action<FormLoginOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(authenticationScheme);
        ArgumentNullException.ThrowIfNull(configure);

        AddCredentials(builder.Services);
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<FormLoginOptions>, FormLoginOptionsValidator>()
        );
        builder.Services.AddOptions<FormLoginOptions>(authenticationScheme).ValidateOnStart();
        return builder.AddScheme<FormLoginOptions, FormLoginHandler>(authenticationScheme, configure);
    }

    private static void AddCredentials(IServiceCollection services)
    {
        services.TryAddSingleton<IPasswordHasher<string>, PasswordHasher<string>>();
        services.TryAddSingleton<DummyHash>();
        services.TryAddSingleton<PasswordWork>();
        services.TryAddSingleton<ILoginGuard, LoginGuard>();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<LoginGuardOptions>, LoginGuardOptionsValidator>()
        );
        services.AddOptions<LoginGuardOptions>().ValidateOnStart();
    }
}
