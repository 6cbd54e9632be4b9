using Microsoft.AspNetCore.Http;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.Conditions;

namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>The options of the mirror, made ready: checked before by <see cref="MirrorOptionsValidator"/>.</summary>
internal sealed class MirrorRules(TokenMirrorOptions options)
{
    private readonly string _prefix = options.Prefix;
    private readonly string _target = options.Target;
    private readonly UrlCondition _atOrBelowPrefix = new([options.Prefix]);
    private readonly MirrorEntry[] _entries = [.. options.Entries.Select(entry => new MirrorEntry(entry, options.Schemes))];

    public int RejectionStatus { get; } = options.RejectionStatus;

    /// <summary>Whether anybody on the way could take the request for one to the mirror.</summary>
    public bool Concern(HttpContext context) =>
        context.Request.Path.StartsWithSegments(_prefix, StringComparison.OrdinalIgnoreCase)
        || LenientPathMatcher.Names(RequestReader.ReadTarget(context), _prefix);

    /// <summary>Whether the request is to the mirror and nobody could take it for another.</summary>
    public bool IsCanonical(in IncomingRequest request) => _atOrBelowPrefix.Allows(request.Target, request.PathBase, request.RoutedPath);

    public MirrorEntry[] FindEntries(IncomingRequest request) => [.. _entries.Where(entry => entry.Lists(request))];

    public PathString ToTarget(PathString path) => new(string.Concat(_target, path.Value.AsSpan(_prefix.Length)));
}
