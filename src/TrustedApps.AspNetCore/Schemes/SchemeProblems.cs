using Microsoft.Extensions.Options;

namespace TrustedApps.AspNetCore.Schemes;

/// <summary>What is wrong with a scheme's options, with the scheme's name in front.</summary>
internal static class SchemeProblems
{
    public static ValidateOptionsResult Result(string? scheme, IEnumerable<string> problems)
    {
        string[] named = [.. problems.Select(problem => $"Scheme '{scheme}': {problem}")];
        return named.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(named);
    }
}
