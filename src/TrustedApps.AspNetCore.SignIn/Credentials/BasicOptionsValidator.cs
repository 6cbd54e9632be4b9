using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Schemes;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>What must hold before the first request: each message names the setting and says how to mend it.</summary>
internal sealed class BasicOptionsValidator(IServiceProvider services) : IValidateOptions<BasicOptions>
{
    private const int MaxRealm = 255; // characters

    public ValidateOptionsResult Validate(string? name, BasicOptions options) => SchemeProblems.Result(name, FindProblems(name ?? "", options));

    private IEnumerable<string> FindProblems(string scheme, BasicOptions options)
    {
        if (options.Realm is not { Length: > 0 and <= MaxRealm } || options.Realm.Any(character => character is < ' ' or > '~' or '"' or '\\'))
        {
            yield return "Realm is to be 1 to 255 printable ASCII characters without quotation marks and backslashes.";
        }

        if (CredentialServices.FindProblem(services, scheme) is { } problem) yield return problem;
    }
}
