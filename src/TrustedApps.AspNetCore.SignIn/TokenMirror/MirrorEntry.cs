using TrustedApps.Conditions;

namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>One entry of the mirror, parsed.</summary>
internal sealed class MirrorEntry(TokenMirrorEntry entry, IEnumerable<string> mirrorSchemes)
{
    private static readonly string[] _defaultMethods = ["GET", "HEAD"];

    private readonly UrlCondition _path = new([entry.Path]);
    private readonly MethodCondition _methods = new(entry.Methods.Count == 0 ? _defaultMethods : entry.Methods);
    private readonly HashSet<string>? _subjects = ToSet(entry.Subjects);
    private readonly HashSet<string>? _applications = ToSet(entry.Applications);

    /// <summary>The schemes in the order in which they are called.</summary>
    public string[] Schemes { get; } = [.. entry.Schemes.Count == 0 ? mirrorSchemes : entry.Schemes];

    public bool Lists(in IncomingRequest request) => _path.Allows(request);

    public bool AllowsMethod(string method) => _methods.Allows(method);

    public bool Admits(string scheme, in TokenBearer bearer) =>
        Schemes.Contains(scheme, StringComparer.Ordinal)
        && IsAmong(_subjects, bearer.Subject)
        && IsAmong(_applications, bearer.Application);

    private static bool IsAmong(HashSet<string>? allowed, string? name) =>
        allowed is null || (name is not null && allowed.Contains(name));

    private static HashSet<string>? ToSet(IList<string> names) =>
        names.Count == 0 ? null : new HashSet<string>(names, StringComparer.Ordinal);
}
