using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace TrustedApps.AspNetCore.SignIn.Chain;

/// <summary>Whether every scheme that a chain names is there, and no chain asks itself.</summary>
internal sealed class ChainValidator(IOptions<AuthenticationOptions> authentication, IEnumerable<ChainDefinition> chains) : IValidateOptions<ChainOptions>
{
    public ValidateOptionsResult Validate(string? name, ChainOptions options)
    {
        string[] problems = [.. FindProblems(options.Definition)];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private IEnumerable<string> FindProblems(ChainDefinition chain)
    {
        foreach (string scheme in chain.Schemes.Where(scheme => !authentication.Value.SchemeMap.ContainsKey(scheme)).Distinct(StringComparer.Ordinal))
        {
            yield return $"Chain '{chain.Name}': there is no scheme '{scheme}'. Add it, or take it out of the chain.";
        }

        if (Reaches(chain, chain.Name, [])) yield return $"Chain '{chain.Name}' comes round to itself. Take it out of the chains that it names.";
    }

    private bool Reaches(ChainDefinition from, string name, HashSet<string> seen) =>
        seen.Add(from.Name)
        && from.Schemes.Any(scheme => scheme == name || chains.Any(chain => chain.Name == scheme && Reaches(chain, name, seen)));
}
