namespace TrustedApps.AspNetCore.PreAuthenticated;

/// <summary>What the filter found for each scheme, kept for its handler.</summary>
internal sealed class Findings : Dictionary<string, Finding>
{
    public Findings()
        : base(StringComparer.Ordinal)
    {
    }
}
