namespace TrustedApps.AspNetCore.PreAuthenticated;

/// <summary>What the filter found in a request for the schemes whose front sent something, kept for their handlers.</summary>
internal sealed class Findings
{
    /// <summary>Of a request in which no front said anything, as most are.</summary>
    public static Findings None { get; } = new();

    private readonly List<(string Scheme, Finding Finding)> _found = [];

    /// <summary>These and one more.</summary>
    public Findings With(string scheme, Finding finding)
    {
        var more = new Findings();
        more._found.AddRange(_found);
        more._found.Add((scheme, finding));
        return more;
    }

    public Finding Of(string scheme)
    {
        foreach ((string of, Finding finding) in _found)
        {
            if (of == scheme) return finding;
        }

        return Finding.Nothing;
    }
}
