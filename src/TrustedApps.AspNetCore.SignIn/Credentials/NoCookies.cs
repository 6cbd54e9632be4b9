using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>The cookies of a request that has none.</summary>
internal sealed class NoCookies : IRequestCookieCollection
{
    public static readonly NoCookies Instance = new();

    public int Count => 0;

    public ICollection<string> Keys => [];

    public string? this[string key] => null;

    public bool ContainsKey(string key) => false;

    public bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
    {
        value = null;
        return false;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() =>
        Enumerable.Empty<KeyValuePair<string, string>>().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
