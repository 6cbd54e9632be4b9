using System.Buffers;

namespace TrustedApps.Conditions;

/// <summary>The methods that a trusted application may use (RFC 9110 section 9.1: case-sensitive).</summary>
internal sealed class MethodCondition
{
    private static readonly SearchValues<char> _tokenCharacters = SearchValues.Create(
        "!#$%&'+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly string[] _methods;

    public MethodCondition(IEnumerable<string> methods)
    {
        _methods = [.. methods];
        if (_methods.Length == 0) throw new ArgumentException("A trust needs at least one method: leave the list out for the default.");
        foreach (string method in _methods)
        {
            if (string.IsNullOrEmpty(method) || method.AsSpan().ContainsAnyExcept(_tokenCharacters))
            {
                throw new ArgumentException($"'{method}' is not a request method. List the methods; there is no * for all of them.");
            }
        }

        IsReadOnly = _methods.All(IsSafe);
    }

    /// <summary>Whether only GET and HEAD are allowed.</summary>
    public bool IsReadOnly { get; }

    public static bool IsSafe(string method) => method is "GET" or "HEAD";

    public bool Allows(string method)
    {
        foreach (string allowed in _methods)
        {
            if (string.Equals(allowed, method, StringComparison.Ordinal)) return true;
        }

        return false;
    }
}
