using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace TrustedApps.AspNetCore.Schemes;

/// <summary>Reports problems of a scheme's options, each with the scheme's name.</summary>
internal static class SchemeProblems
{
    private const string NoEvents =
        "Events and EventsType must not be set: this scheme raises no events. Remove the setting. To see each verdict on a trusted request, register an ITrustedRequestObserver.";

    /// <summary>The result for a scheme that raises no events.</summary>
    public static ValidateOptionsResult Result(
        string? scheme,
        AuthenticationSchemeOptions options,
        IEnumerable<string> problems
    )
    {
        bool hasEvents = options.EventsType is not null || options.Events is not null;
        return Result(scheme, hasEvents ? problems.Append(NoEvents) : problems);
    }

    /// <summary>The result for a scheme whose options may come from a section of the configuration.</summary>
    public static ValidateOptionsResult Result(string? scheme, IEnumerable<string> problems, string? section = null)
    {
        string place = section is null ? $"Scheme '{scheme}'" : $"Scheme '{scheme}', section {section}";
        string[] named = [.. problems.Select(problem => $"{place}: {problem}")];
        return named.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(named);
    }
}
