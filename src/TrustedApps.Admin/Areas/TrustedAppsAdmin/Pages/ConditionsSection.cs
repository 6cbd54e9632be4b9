using TrustedApps.Admin.Forms;

namespace TrustedApps.Admin.Areas.TrustedAppsAdmin.Pages;

/// <summary>The fields of conditions, as a part of a page's form.</summary>
/// <param name="Form">Their values.</param>
/// <param name="Try">The request to try them with.</param>
/// <param name="IsLegacy">Whether they are those of older versions.</param>
/// <param name="TryUrl">The URL that the button to try them posts to.</param>
internal sealed record ConditionsSection(ConditionsForm Form, TryForm Try, bool IsLegacy, string TryUrl)
{
    public bool HasName { get; init; } = true;

    /// <summary>Whether the addresses are a suggestion that no administrator has confirmed yet.</summary>
    public bool IsSuggested { get; init; }
}
