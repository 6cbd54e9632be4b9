using TrustedApps.Conditions;

namespace TrustedApps.AspNetCore.SignIn.Chain;

/// <summary>One scheme of a chain, and the paths for which it is called.</summary>
internal sealed class ChainLink(string scheme, IReadOnlyCollection<string> paths)
{
    private readonly UrlCondition? _paths = paths.Count == 0 ? null : new UrlCondition(paths);

    public string Scheme => scheme;

    public bool IsEverywhere => _paths is null;

    public bool Covers(in IncomingRequest request) => _paths?.Allows(request) != false;
}
