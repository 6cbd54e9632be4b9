using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>A header of the front, in whatever spellings a request holds it.</summary>
internal static class ProxyHeader
{
    /// <summary>Finds the value; whether anything of that name is there; and what is wrong with it, or null.</summary>
    public static string? Find(IHeaderDictionary headers, HeaderNameMatcher field, out bool isThere, out string? problem)
    {
        (string? value, isThere, problem) = (null, false, null);
        foreach ((string name, StringValues values) in headers)
        {
            if (!field.IsSpelledAs(name)) continue;

            isThere = true;
            if (!field.IsExactly(name)) problem = $"The front let a header pass that spells {field.Text} in another way. It has to unset that, too";
            else if (values.Count > 1) problem = $"{field.Text} is there twice. The front has to unset it before it sets it";
            else value = values.ToString();
        }

        return value;
    }

    public static void Remove(IHeaderDictionary headers, HeaderNameMatcher field)
    {
        foreach (string name in headers.Keys.Where(name => field.IsSpelledAs(name)).ToArray()) headers.Remove(name);
    }
}
