using Microsoft.Extensions.Options;

namespace TrustedApps.AspNetCore.PreAuthenticated;

/// <summary>The fronts of all schemes, as their options were at the start.</summary>
internal sealed class Fronts
{
    /// <exception cref="InvalidOperationException">Two schemes use the same name: what one may receive the other would remove.</exception>
    public Fronts(IOptionsMonitor<PreAuthenticatedOptions> options, IEnumerable<FrontScheme> schemes)
    {
        All = [.. schemes.Select(scheme => new Front(scheme.Name, options.Get(scheme.Name)))];
        foreach (Front front in All)
        {
            if (All.Any(other => other != front && other.Fields.Any(field => front.Fields.Any(own => own.IsSpelledAs(field.Text)))))
            {
                throw new InvalidOperationException($"Scheme '{front.Scheme}' shares a header or cookie with another front. Give them names of their own, or make it one scheme with the addresses of both.");
            }
        }
    }

    public IReadOnlyList<Front> All { get; }

    public Front Get(string scheme) => All.First(front => front.Scheme == scheme);
}
