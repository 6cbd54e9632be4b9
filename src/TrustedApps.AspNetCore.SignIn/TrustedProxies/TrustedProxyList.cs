using Microsoft.Extensions.Options;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>The fronts of all schemes, as their options were at the start.</summary>
internal sealed class TrustedProxyList
{
    /// <exception cref="InvalidOperationException">Two schemes use the same name: what one may receive the other would remove.</exception>
    public TrustedProxyList(IOptionsMonitor<TrustedProxyOptions> options, IEnumerable<TrustedProxyScheme> schemes)
    {
        All = [.. schemes.Select(scheme => new TrustedProxy(scheme.Name, options.Get(scheme.Name)))];
        foreach (TrustedProxy front in All)
        {
            if (All.Any(other => other != front && other.Fields.Any(field => front.Fields.Any(own => own.IsSpelledAs(field.Text)))))
            {
                throw new InvalidOperationException($"Scheme '{front.Scheme}' shares a header or cookie with another front. Give them names of their own, or make it one scheme with the addresses of both.");
            }
        }
    }

    public IReadOnlyList<TrustedProxy> All { get; }

    public TrustedProxy Get(string scheme) => All.First(front => front.Scheme == scheme);
}
