using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Schemes;
using TrustedApps.AspNetCore.SignIn.Schemes;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>Makes a principal of a user name and password, for all password schemes.</summary>
internal static class CredentialCheck
{
    private const string NotAvailable =
        "The user resolver cannot answer now. Check that the directory or database of users runs.";

    private const int WrongPasswordLength = 32; // hexadecimal digits
    private const int MaxUserName = 1024; // code points, the limit of IUserResolver
    private const int MaxPassword = 1024; // bytes of UTF-8: more than a person types, and each byte costs hashing

    public static async ValueTask<AuthenticateResult> CheckAsync(
        HttpContext context,
        AuthenticationScheme scheme,
        string userName,
        string password,
        bool answersChallenge,
        ILogger logger
    )
    {
        if (HasControl(userName) || HasControl(password))
        {
            return Reject(RejectionCodes.Malformed, "The user name or the password has a control character.");
        }

        ILoginGuard guard = context.RequestServices.GetRequiredService<ILoginGuard>();
        int nameLength = LengthOf(userName, out string shortName);
        var attempt = new LoginAttempt(shortName, context.Connection.RemoteIpAddress, scheme.Name);
        LoginVerdict permission = await guard.PermitAsync(attempt, context.RequestAborted);
        string lockedOut =
            $"Too many failed logins: of '{LogSanitizer.Sanitize(userName)}', or from this address. See LoginGuardOptions.";
        if (permission == LoginVerdict.Refused) return Reject(RejectionCodes.LockedOut, lockedOut);

        UserResolution? user;
        try
        {
            user = nameLength is > 0 and <= MaxUserName && HasLength(password)
                ? await VerifyAsync(context, scheme.Name, userName, password, permission)
                : null;
        }
        catch (Exception failure) when (!context.RequestAborted.IsCancellationRequested)
        {
            if (SignInLog.IsFirst(logger, context.RequestServices, scheme.Name, "UserLookupFailed"))
            {
                logger.UserLookupFailed(scheme.Name, "verifier of passwords", failure);
            }

            await guard.OnAbandonedAsync(attempt, CancellationToken.None);
            return UnavailableUsers.Reject();
        }
        catch
        {
            // A client that closes the connection before the answer has used an attempt.
            await guard.OnFailureAsync(attempt, CancellationToken.None);
            throw;
        }

        if (user is { Status: UserStatus.Unavailable })
        {
            await guard.OnAbandonedAsync(attempt, CancellationToken.None);
            logger.Rejected(context, scheme.Name, RejectionCodes.Unavailable, NotAvailable);
            return UnavailableUsers.Reject();
        }

        if (user is not { Status: UserStatus.Known } known)
        {
            await guard.OnFailureAsync(attempt, CancellationToken.None);
            if (permission == LoginVerdict.RefusedAfterwards)
            {
                // the client is told the same as those whose password was looked at
                logger.Rejected(context, scheme.Name, RejectionCodes.LockedOut, lockedOut);
                return SchemeResult.Reject(RejectionCodes.BadCredentials, answersChallenge);
            }

            return user is { Status: UserStatus.Denied }
                ? Reject(
                    RejectionCodes.PermissionDenied,
                    $"The user '{LogSanitizer.Sanitize(userName)}' may not log in."
                )
                : Reject(
                    RejectionCodes.BadCredentials,
                    $"The user name '{LogSanitizer.Sanitize(userName)}' or the password is wrong."
                );
        }

        await guard.OnSuccessAsync(attempt, CancellationToken.None);
        ClaimsPrincipal principal = SchemePrincipal.Of(known, scheme.Name, []);
        return AuthenticateResult.Success(new AuthenticationTicket(principal, scheme.Name));

        AuthenticateResult Reject(string code, string detail)
        {
            logger.Rejected(context, scheme.Name, code, detail);
            return SchemeResult.Reject(code, answersChallenge);
        }
    }

    /// <summary>Returns the user; null if the password is wrong.</summary>
    private static async ValueTask<UserResolution?> VerifyAsync(
        HttpContext context,
        string scheme,
        string userName,
        string password,
        LoginVerdict permission
    )
    {
        ICredentialVerifier verifier = CredentialServices.FindVerifier(context.RequestServices, scheme);
        bool isForShow = permission == LoginVerdict.RefusedAfterwards;
        // The right password would take other time, for a new hash or for the resolver.
        string verified = isForShow ? RandomNumberGenerator.GetHexString(WrongPasswordLength) : password;
        if (!await verifier.VerifyAsync(userName, verified, context.RequestAborted) || isForShow) return null;
        return await context
            .RequestServices.GetUserResolver(scheme)
            .ResolveAsync(userName, scheme, context.RequestAborted);
    }

    private static bool HasControl(string text) =>
        text.AsSpan().ContainsAnyInRange('\0', '\x1F') || text.AsSpan().ContainsAnyInRange('\x7F', '\x9F');

    private static bool HasLength(string password) =>
        password.Length is > 0 and <= MaxPassword && Encoding.UTF8.GetByteCount(password) <= MaxPassword;

    /// <summary>Counts code points, at most one more than the limit, and cuts the name at the limit.</summary>
    private static int LengthOf(string name, out string shortName)
    {
        int count = 0, end = 0;
        foreach (Rune rune in name.EnumerateRunes())
        {
            if (++count > MaxUserName) break;
            end += rune.Utf16SequenceLength;
        }

        shortName = name[..end];
        return count;
    }
}
