namespace TrustedApps.AspNetCore;

/// <summary>
/// Lets a controller or an action read content of version 4 as it arrives, at any length. Reading to the end throws if
/// the content is not the asserted one. Do nothing that cannot be undone before the end is reached. Minimal APIs call
/// <see cref="Microsoft.AspNetCore.Builder.TrustedAppsEndpointExtensions.StreamTrustedContent"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class StreamTrustedContentAttribute : Attribute;
