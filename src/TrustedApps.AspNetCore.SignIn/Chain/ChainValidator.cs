using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace TrustedApps.AspNetCore.SignIn.Chain;

/// <summary>Validates at start-up that every scheme of a chain exists and that no chain calls itself.</summary>
internal sealed class ChainValidator(
    IOptions<AuthenticationOptions> authentication,
    IEnumerable<ChainDefinition> chains
) : IValidateOptions<ChainOptions>
{
    public ValidateOptionsResult Validate(string? name, ChainOptions options)
    {
        string[] problems = [.. FindProblems(options.Definition)];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private IEnumerable<string> FindProblems(ChainDefinition chain)
    {
        foreach (
            string scheme in chain
                .Schemes.Where(scheme => !authentication.Value.SchemeMap.ContainsKey(scheme))
                .Distinct(StringComparer.Ordinal)
        )
        {
            yield return $"Chain '{chain.Name}': there is no scheme '{scheme}'. Add the scheme, or remove it from the chain.";
        }

        if (Reaches(chain, chain.Name, []))
        {
            yield return $"Chain '{chain.Name}' calls itself. Remove it from the chains that it calls.";
        }
    }

    private bool Reaches(ChainDefinition from, string name, HashSet<string> seen) =>
        seen.Add(from.Name)
        && from.Schemes.Any(scheme =>
            scheme == name || chains.Any(chain => chain.Name == scheme && Reaches(chain, name, seen))
        );
}
