using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.SignIn.Chain;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a scheme that asks other schemes in order (specification companions.md, section 1).</summary>
public static class ChainExtensions
{
    /// <summary>
    /// Adds a scheme that asks others, one after the other, until one says who the user is; where none does, the user is
    /// anonymous. The principal is that of the scheme which answered, and so is the ticket's scheme.
    /// </summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="authenticationScheme">The name of the chain.</param>
    /// <param name="configure">Says the links. Called at once.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">There is no link, one stands there twice, or a pattern is bad.</exception>
    public static AuthenticationBuilder AddChain(this AuthenticationBuilder builder, string authenticationScheme, Action<ChainBuilder> configure)
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
        return builder.AddScheme<ChainOptions, ChainHandler>(authenticationScheme, options => options.Definition = definition);
    }

    /// <summary>The links of a chain that failed before it came to this result, in their order; a link that had nothing to say is none of them, and of a link that is a chain they are its own.</summary>
    /// <param name="result">What AuthenticateAsync gave for the chain.</param>
    /// <returns>The failures; none where the result is of another scheme.</returns>
    public static IReadOnlyList<ChainFailure> GetChainFailures(this AuthenticateResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Properties?.GetParameter<IReadOnlyList<ChainFailure>>(ChainHandler.FailuresParameter) ?? [];
    }
}
