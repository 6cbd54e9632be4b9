using TrustedApps.Admin.Forms;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>The fields of conditions, as a part of a page's form.</summary>
/// <param name="Form">What is in them.</param>
/// <param name="Try">The request to try them with.</param>
/// <param name="IsLegacy">Whether they are those of older versions.</param>
/// <param name="TryUrl">Where the button posts to that tries them.</param>
internal sealed record ConditionsSection(ConditionsForm Form, TryForm Try, bool IsLegacy, string TryUrl)
{
    public bool HasName { get; init; } = true;

    /// <summary>Whether the addresses were found out, and nobody has looked at them yet.</summary>
    public bool IsSuggested { get; init; }
}
