using System.Buffers;

namespace TrustedApps.Conditions;

/// <summary>A list of request methods, case-sensitive (RFC 9110, section 9.1). Immutable.</summary>
public sealed class MethodCondition
{
    private static readonly SearchValues<char> _tokenCharacters = SearchValues.Create(
        "!#$%&'+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly string[] _methods;

    /// <summary>Makes a list of methods.</summary>
    /// <param name="methods">At least one, such as <c>GET</c>. There is no pattern for all methods.</param>
    /// <exception cref="ArgumentException">There is no method, or a text is not a valid method.</exception>
    public MethodCondition(IEnumerable<string> methods)
    {
        ArgumentNullException.ThrowIfNull(methods);
        _methods = [.. methods];
        if (_methods.Length == 0)
        {
            throw new ArgumentException("At least one method is required. Leave the list out for the default.");
        }

        foreach (string method in _methods)
        {
            if (string.IsNullOrEmpty(method) || method.AsSpan().ContainsAnyExcept(_tokenCharacters))
            {
                throw new ArgumentException(
                    $"'{method}' is not a valid request method. List each method: there is no * for all of them."
                );
            }
        }

        IsReadOnly = _methods.All(IsSafe);
    }

    /// <summary>Whether only GET and HEAD are allowed.</summary>
    public bool IsReadOnly { get; }

    internal static bool IsSafe(string method) => method is "GET" or "HEAD";

    /// <summary>Returns whether a method is in the list.</summary>
    /// <param name="method">The method, exactly as received.</param>
    /// <returns>Whether it is.</returns>
    public bool Allows(string method)
    {
        foreach (string allowed in _methods)
        {
            if (string.Equals(allowed, method, StringComparison.Ordinal)) return true;
        }

        return false;
    }
}
