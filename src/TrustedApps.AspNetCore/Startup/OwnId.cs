namespace TrustedApps.AspNetCore.Startup;

/// <summary>
/// Ensures that no application trusts its own id: it would accept its own requests, and others' that are reflected.
/// </summary>
internal static class OwnId
{
    /// <exception cref="InvalidOperationException">The trust is in the application's own id.</exception>
    public static void Require(string scheme, TrustedApplication trust, string? ownId)
    {
        if (trust.Id != ownId) return;
        throw new InvalidOperationException(
            $"Scheme '{scheme}': the trust of '{trust.Id}' is in this application's own id. An application does not trust itself: remove the trust, or correct the id in one of the key files."
        );
    }
}
