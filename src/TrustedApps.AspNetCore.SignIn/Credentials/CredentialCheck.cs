using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Schemes;
using TrustedApps.AspNetCore.SignIn.Schemes;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>The one way from a user name and password to a principal.</summary>
internal static class CredentialCheck
{
    private const int MaxUserName = 1024; // code points, as IUserResolver promises
    private const int MaxPassword = 1024; // bytes of UTF-8: nobody types more, and hashing them costs

    public static async ValueTask<AuthenticateResult> CheckAsync(
        HttpContext context, AuthenticationScheme scheme, string userName, string password, bool answersChallenge, ILogger logger)
    {
        if (HasControl(userName) || HasControl(password)) return Reject(RejectionCodes.Malformed, "A control character in the user name or the password.");

        ILoginGuard guard = context.RequestServices.GetRequiredService<ILoginGuard>();
        int nameLength = LengthOf(userName, out string shortName);
        var attempt = new LoginAttempt(shortName, context.Connection.RemoteIpAddress, scheme.Name);
        if (!await guard.AllowsAsync(attempt, context.RequestAborted))
        {
            return Reject(RejectionCodes.LockedOut, $"Too many failed logins: of '{LogSanitizer.Sanitize(userName)}', or from this address. See LoginGuardOptions.");
        }

        UserResolution? user;
        try
        {
            user = nameLength is > 0 and <= MaxUserName && HasLength(password) ? await ProveAsync(context, scheme.Name, userName, password) : null;
        }
        catch
        {
            // Who hangs up does not guess for nothing.
            if (context.RequestAborted.IsCancellationRequested) await guard.OnFailureAsync(attempt, CancellationToken.None);
            else await guard.OnAbandonedAsync(attempt, CancellationToken.None);
            throw;
        }

        if (user is not { Status: UserStatus.Known } known)
        {
            await guard.OnFailureAsync(attempt, CancellationToken.None);
            return user is { Status: UserStatus.Denied }
                ? Reject(RejectionCodes.PermissionDenied, $"The user '{LogSanitizer.Sanitize(userName)}' may not log in.")
                : Reject(RejectionCodes.BadCredentials, $"The user name '{LogSanitizer.Sanitize(userName)}' or the password is wrong.");
        }

        await guard.OnSuccessAsync(attempt, CancellationToken.None);
        return AuthenticateResult.Success(new AuthenticationTicket(SchemePrincipal.Of(known, scheme.Name, []), scheme.Name));

        AuthenticateResult Reject(string code, string detail)
        {
            logger.Rejected(context, scheme.Name, code, detail);
            return SchemeResult.Reject(code, answersChallenge);
        }
    }

    /// <summary>The user; null where the password is not theirs.</summary>
    private static async ValueTask<UserResolution?> ProveAsync(HttpContext context, string scheme, string userName, string password)
    {
        ICredentialVerifier verifier = CredentialServices.FindVerifier(context.RequestServices, scheme);
        if (!await verifier.VerifyAsync(userName, password, context.RequestAborted)) return null;
        return await SchemeUsers.ResolveAsync(context, scheme, userName);
    }

    private static bool HasControl(string text) => text.AsSpan().IndexOfAnyInRange('\0', '\x1F') >= 0 || text.AsSpan().IndexOfAnyInRange('\x7F', '\x9F') >= 0;

    private static bool HasLength(string password) => password.Length is > 0 and <= MaxPassword && Encoding.UTF8.GetByteCount(password) <= MaxPassword;

    /// <summary>Counts code points up to one too many, and cuts the name before that one.</summary>
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
