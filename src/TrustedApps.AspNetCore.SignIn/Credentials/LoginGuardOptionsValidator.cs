using Microsoft.Extensions.Options;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>Validates the ranges of <see cref="LoginGuardOptions"/> at start-up.</summary>
internal sealed class LoginGuardOptionsValidator : IValidateOptions<LoginGuardOptions>
{
    private const int MaxMany = 1_000_000;

    public ValidateOptionsResult Validate(string? name, LoginGuardOptions options)
    {
        string[] problems = [.. FindProblems(options).Select(problem => $"LoginGuardOptions: {problem}")];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> FindProblems(LoginGuardOptions options)
    {
        if (options.MaxFailures is < 1 or > 1000) yield return "MaxFailures must be 1 to 1000.";
        if (options.MaxFailuresOfAddress < options.MaxFailures || options.MaxFailuresOfAddress > MaxMany)
        {
            yield return "MaxFailuresOfAddress must be MaxFailures to 1000000.";
        }

        if (options.MaxFailuresOfAccount < options.MaxFailures || options.MaxFailuresOfAccount > MaxMany)
        {
            yield return "MaxFailuresOfAccount must be MaxFailures to 1000000.";
        }

        if (options.Lockout < TimeSpan.FromSeconds(1) || options.Lockout > TimeSpan.FromHours(24))
        {
            yield return "Lockout must be 1 second to 24 hours.";
        }

        if (options.Capacity is < 1024 or > 4_194_304) yield return "Capacity must be 1024 to 4194304 counters.";
    }
}
