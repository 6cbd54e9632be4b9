using Microsoft.AspNetCore.Http;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.Conditions;

namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>The options of the mirror, parsed after <see cref="MirrorOptionsValidator"/> has validated them.</summary>
internal sealed class MirrorRules(TokenMirrorOptions options)
{
    private readonly string _prefix = options.Prefix;
    private readonly string _target = options.Target;
    private readonly UrlCondition _atOrBelowPrefix = new([options.Prefix]);
    private readonly MirrorEntry[] _entries =
    [
        .. options.Entries.Select(entry => new MirrorEntry(entry, options.Schemes)),
    ];

    public int RejectionStatus { get; } = options.RejectionStatus;

    /// <summary>
    /// Whether the mirror, or any server in front of it, could read the request as one to the mirror.
    /// </summary>
    public bool Concerns(HttpContext context) =>
        context.Request.Path.StartsWithSegments(_prefix, StringComparison.OrdinalIgnoreCase)
        || LenientPathMatcher.Names(RequestReader.ReadTarget(context), _prefix);

    /// <summary>Whether every server reads the request as one to the mirror.</summary>
    public bool IsCanonical(in IncomingRequest request) => _atOrBelowPrefix.Allows(request);

    public MirrorEntry[] FindEntries(IncomingRequest request) => [.. _entries.Where(entry => entry.Lists(request))];

    public PathString ToTarget(PathString path) => new(string.Concat(_target, path.Value.AsSpan(_prefix.Length)));
}
