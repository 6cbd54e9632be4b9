using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>A header of a trusted proxy.</summary>
internal sealed class ProxyHeader(string name) : ProxyField(name)
{
    public override ProxyFieldValue Find(IHeaderDictionary headers)
    {
        ProxyFieldValue found = default;
        foreach ((string key, StringValues values) in headers)
        {
            if (!IsSpelledAs(key)) continue;

            found = found with { IsPresent = true };
            if (!IsExactly(key))
            {
                found = found with
                {
                    Problem =
                        $"The trusted proxy let a header pass that spells {Name} in another way. It must unset that spelling as well",
                };
            }
            else if (values.Count > 1)
            {
                found = found with
                {
                    Problem = $"{Name} is there twice. The trusted proxy must unset it before it sets it",
                };
            }
            else found = found with { Text = values.ToString() };
        }

        return found;
    }

    public bool IsExactly(ReadOnlySpan<char> other) => other.Equals(Name, StringComparison.OrdinalIgnoreCase);

    public override void Remove(IHeaderDictionary headers)
    {
        foreach (string spelling in headers.Keys.Where(key => IsSpelledAs(key)).ToArray()) headers.Remove(spelling);
    }
}
