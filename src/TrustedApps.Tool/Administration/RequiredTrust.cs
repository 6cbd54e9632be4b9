using TrustedApps.Storage;

namespace TrustedApps.Tool.Administration;

/// <summary>Finds a trust that must exist.</summary>
internal static class RequiredTrust
{
    public static async Task<StoredTrust> RequireAsync(
        this TrustAdministration trusts,
        string id,
        CancellationToken cancellationToken
    ) =>
        await trusts.FindAsync(id, cancellationToken).ConfigureAwait(false)
        ?? throw new BadInputException($"'{id}' is not trusted by this store.");
}
