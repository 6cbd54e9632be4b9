using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace TrustedApps.AspNetCore.Reload;

/// <summary>
/// Keeps the options with which the host has started, so that a change of the configuration that is not valid fails no
/// request. What takes effect while the host runs is read from new options instead.
/// </summary>
internal sealed class StartedOptions<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>
    : OptionsCache<TOptions>
    where TOptions : class
{
    public override bool TryRemove(string? name) => false;
}
