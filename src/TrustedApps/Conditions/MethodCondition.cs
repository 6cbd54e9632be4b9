using System.Buffers;

namespace TrustedApps.Conditions;

/// <summary>
/// A list of request methods, case-sensitive (RFC 9110, section 9.1). A registered method in small letters, such as
/// <c>get</c>, means the method that clients send: <c>GET</c>. Immutable.
/// </summary>
public sealed class MethodCondition
{
    private static readonly SearchValues<char> _tokenCharacters = SearchValues.Create(
        "!#$%&'+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // HTTP clients send these in capital letters, however a program spells them.
    private static readonly string[] _registered =
    [
        "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT",
    ];

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

        _methods = Array.ConvertAll(_methods, Normalize);
        IsReadOnly = _methods.All(IsSafe);
    }

    /// <summary>Whether only GET and HEAD are allowed.</summary>
    public bool IsReadOnly { get; }

    private static string Normalize(string method) =>
        Array.Find(_registered, known => known.Equals(method, StringComparison.OrdinalIgnoreCase)) ?? method;

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
