using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.SignIn.Schemes;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// Verifies passwords against stored hashes: the same work, whether the account exists or not and whatever its hash.
/// </summary>
internal sealed class HashedCredentialVerifier(
    IPasswordHashStore store,
    IPasswordHasher<string> hasher,
    DummyHash dummy,
    PasswordWork work,
    ILogger<HashedCredentialVerifier> logger
) : ICredentialVerifier
{
    public async ValueTask<bool> VerifyAsync(string userName, string password, CancellationToken cancellationToken)
    {
        string unmatched = dummy.Get(hasher); // before the look-up: the first call costs a hash, for every account
        string? hash = await store.FindHashAsync(userName, cancellationToken);
        bool exists = !string.IsNullOrEmpty(hash);
        PasswordVerificationResult result = Verify(userName, exists ? hash! : unmatched, unmatched, password);
        if (!exists || result == PasswordVerificationResult.Failed) return false;

        if (result == PasswordVerificationResult.SuccessRehashNeeded)
        {
            await RehashAsync(userName, hash!, password, cancellationToken);
        }

        return true;
    }

    private PasswordVerificationResult Verify(string userName, string hash, string unmatched, string password)
    {
        PasswordVerificationResult result = PasswordVerificationResult.Failed;
        try
        {
            result = hasher.VerifyHashedPassword(userName, hash, password);
        }
        catch (FormatException) when (hash != unmatched)
        {
            // Such as "!". An error would reveal that the account exists, and the attempt would not count.
            hash = unmatched;
            hasher.VerifyHashedPassword(userName, unmatched, password);
        }

        work.Complete(hash, unmatched, password);
        return result;
    }

    // The login has succeeded: that the new hash cannot be stored must not undo it.
    private async Task RehashAsync(string userName, string old, string password, CancellationToken cancellationToken)
    {
        try
        {
            await store.ReplaceHashAsync(userName, old, hasher.HashPassword(userName, password), cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            logger.HashNotReplaced(store.GetType().Name, failure);
        }
    }
}
