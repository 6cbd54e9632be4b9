using System.Buffers;

namespace TrustedApps.Admin.Hosting;

/// <summary>Paths that mean the same as a route template, in a URL and in HTML.</summary>
internal static class PagePath
{
    private static readonly SearchValues<char> _plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    );

    public static bool IsValid(string? path) =>
        path is ['/', _, ..]
        && path[1..]
            .Split('/')
            .All(segment => segment is not ("" or "." or "..") && !segment.AsSpan().ContainsAnyExcept(_plain));
}
