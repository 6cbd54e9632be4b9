using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.SignIn.Chain;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a scheme that calls other schemes in order (specification companions.md, section 1).</summary>
public static class ChainExtensions
{
    /// <summary>
    /// Adds a scheme that calls others, one after the other, until one authenticates the user. If none does, the user
    /// is anonymous. The principal and the ticket's scheme are those of the scheme that succeeded.
    /// </summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="authenticationScheme">The name of the chain.</param>
    /// <param name="configure">Adds the schemes. Called immediately.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">
    /// There is no scheme, one is there twice, or a pattern is malformed.
    /// </exception>
    public static AuthenticationBuilder AddChain(
        this AuthenticationBuilder builder,
        string authenticationScheme,
        Action<ChainBuilder> configure
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(authenticationScheme);
        ArgumentNullException.ThrowIfNull(configure);

        var links = new ChainBuilder();
        configure(links);
        ChainDefinition definition = links.Build(authenticationScheme);

        IServiceCollection services = builder.Services;
        services.AddSingleton(definition);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ChainOptions>, ChainValidator>());
        services.AddOptions<ChainOptions>(authenticationScheme).ValidateOnStart();
        return builder.AddScheme<ChainOptions, ChainHandler>(
            authenticationScheme,
            options => options.Definition = definition
        );
    }

    /// <summary>
    /// Returns the schemes of a chain that failed before this result, in their order. Schemes that returned NoResult
    /// are not listed; a nested chain contributes its own failures.
    /// </summary>
    /// <param name="result">The result of AuthenticateAsync for the chain.</param>
    /// <returns>The failures; empty if the result is of another scheme.</returns>
    public static IReadOnlyList<ChainFailure> GetChainFailures(this AuthenticateResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Properties?.GetParameter<IReadOnlyList<ChainFailure>>(ChainHandler.FailuresParameter) ?? [];
    }
}
