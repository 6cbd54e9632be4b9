using Microsoft.AspNetCore.Identity;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>Verifies passwords against stored hashes: one hash, whether the account exists or not.</summary>
internal sealed class HashedCredentialVerifier(
    IPasswordHashStore store,
    IPasswordHasher<string> hasher,
    DummyHash dummy
) : ICredentialVerifier
{
    public async ValueTask<bool> VerifyAsync(string userName, string password, CancellationToken cancellationToken)
    {
        string unmatched = dummy.Get(hasher); // before the look-up: the first call costs a hash, for every account
        string? hash = await store.FindHashAsync(userName, cancellationToken);
        bool exists = !string.IsNullOrEmpty(hash);
        try
        {
            PasswordVerificationResult result = hasher.VerifyHashedPassword(
                userName,
                exists ? hash! : unmatched,
                password
            );
            return exists && result != PasswordVerificationResult.Failed;
        }
        catch (FormatException) when (exists)
        {
            // Such as "!". An error would reveal that the account exists, and the attempt would not count.
            hasher.VerifyHashedPassword(userName, unmatched, password);
            return false;
        }
    }
}
