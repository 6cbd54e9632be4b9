namespace TrustedApps.Testing.Hosting;

/// <summary>Environments that a test names, beside those that are known to be for tests.</summary>
/// <param name="Names">Their names.</param>
internal sealed record AllowedEnvironments(IReadOnlyList<string> Names);
