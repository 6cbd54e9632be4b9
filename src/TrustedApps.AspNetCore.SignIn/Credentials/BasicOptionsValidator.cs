using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Schemes;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>Validates the options at start-up: each message names the setting and the remedy.</summary>
internal sealed class BasicOptionsValidator(IServiceProvider services) : IValidateOptions<BasicOptions>
{
    private const int MaxRealm = 255; // characters

    public ValidateOptionsResult Validate(string? name, BasicOptions options) =>
        SchemeProblems.Result(name, options, FindProblems(name ?? "", options));

    private IEnumerable<string> FindProblems(string scheme, BasicOptions options)
    {
        bool isValid = options.Realm is { Length: > 0 and <= MaxRealm }
            && !options.Realm.Any(character => character is < ' ' or > '~' or '"' or '\\');
        if (!isValid)
        {
            yield return "Realm must be 1 to 255 printable ASCII characters without quotation marks and backslashes.";
        }

        if (CredentialServices.FindProblem(services, scheme) is { } problem) yield return problem;
    }
}
