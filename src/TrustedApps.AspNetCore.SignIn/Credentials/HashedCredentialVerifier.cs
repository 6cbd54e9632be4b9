using Microsoft.AspNetCore.Identity;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>Checks passwords against stored hashes: exactly one verification, whether the account exists or not.</summary>
internal sealed class HashedCredentialVerifier(IPasswordHashStore store, IPasswordHasher<string> hasher, DummyHash dummy) : ICredentialVerifier
{
    public async ValueTask<bool> VerifyAsync(string userName, string password, CancellationToken cancellationToken)
    {
        string nobodys = dummy.Get(hasher); // before the look-up: the first time it costs a hash, for everybody
        string? hash = await store.FindHashAsync(userName, cancellationToken);
        bool exists = !string.IsNullOrEmpty(hash);
        try
        {
            PasswordVerificationResult result = hasher.VerifyHashedPassword(userName, exists ? hash! : nobodys, password);
            return exists && result != PasswordVerificationResult.Failed;
        }
        catch (FormatException) when (exists)
        {
            // "!" and the like: an error would tell that the account exists, and its attempts would not count.
            hasher.VerifyHashedPassword(userName, nobodys, password);
            return false;
        }
    }
}
