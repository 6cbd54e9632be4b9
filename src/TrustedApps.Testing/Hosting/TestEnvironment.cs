using Microsoft.Extensions.Hosting;

namespace TrustedApps.Testing.Hosting;

/// <summary>Tells environments of tests from those in which users are served.</summary>
internal static class TestEnvironment
{
    private const string Prefix = "Test";

    private static readonly string[] _variables = ["ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT"];

    /// <summary>Refuses to go on in an environment that is not for tests.</summary>
    /// <param name="host">The environment of the host; null where there is none, and the variables say it.</param>
    /// <param name="read">Reads an environment variable.</param>
    /// <param name="allowed">More environments that the test names.</param>
    /// <exception cref="InvalidOperationException">The environment is not for tests.</exception>
    public static void Require(
        IHostEnvironment? host, Func<string, string?> read, IReadOnlyCollection<string> allowed)
    {
        string[] names = host is null
            ? [.. _variables.Select(read).OfType<string>().Where(name => name.Length > 0)]
            : [host.EnvironmentName];
        if (names.FirstOrDefault(name => !IsForTests(name, allowed)) is not { } refused) return;

        string further = IsProduction(refused)
            ? "which is also the default of a host"
            : $"and it is for tests alone if you say so: AddTrustedAppsTesting(allowedEnvironments: [\"{refused}\"])";
        throw new InvalidOperationException(
            $"AddTrustedAppsTesting must not be used in production: the application would ignore its own keys and the trusts of its configuration. The environment is '{refused}', {further}. Allowed are Development and names that begin with Test. In a test, set one: builder.UseEnvironment(\"Testing\"), or EnvironmentName of WebApplicationOptions. In an application, remove AddTrustedAppsTesting and the package TrustedApps.Testing."
        );
    }

    /// <summary>Whether an environment is the one that is never for tests.</summary>
    public static bool IsProduction(string name) => Is(name, Environments.Production);

    private static bool IsForTests(string name, IEnumerable<string> allowed) =>
        Is(name, Environments.Development)
        || name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
        || allowed.Any(other => Is(name, other));

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
