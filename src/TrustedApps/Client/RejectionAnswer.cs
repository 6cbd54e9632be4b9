using TrustedApps.Diagnostics;
using TrustedApps.Protocols;

namespace TrustedApps.Client;

/// <summary>Reads what a response says beside its error.</summary>
internal static class RejectionAnswer
{
    /// <summary>Whether the response says that the provider has accepted the request.</summary>
    public static bool IsConfirmed(HttpResponseMessage response)
    {
        foreach (HeaderFamily family in HeaderFamily.All)
        {
            if (
                response.Headers.TryGetValues(family.Status, out IEnumerable<string>? values)
                && string.Equals(values.FirstOrDefault()?.Trim(), "OK", StringComparison.OrdinalIgnoreCase)
            )
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether the request was rejected after its content: its assertion was accepted, so another try does not help.
    /// </summary>
    public static bool IsAfterContent(TrustedAppError error) =>
        error.Message.EndsWith(RejectionReason.AfterContent, StringComparison.Ordinal);

    /// <summary>Returns what a response says about the key grant of its request.</summary>
    public static KeyGrantAnswer OfKeyGrant(HttpResponseMessage response, TrustedAppError? error) => error?.Code switch
    {
        null => IsConfirmed(response) ? KeyGrantAnswer.Accepted : KeyGrantAnswer.Unknown,
        _ when IsAfterContent(error) => KeyGrantAnswer.Accepted,
        ErrorCode.BadGrant => KeyGrantAnswer.Rejected,
        ErrorCode.OldAssertion or ErrorCode.FutureAssertion => KeyGrantAnswer.Rejected,
        ErrorCode.Unavailable => KeyGrantAnswer.Unavailable,
        ErrorCode.BadMagic or ErrorCode.BadSignature or ErrorCode.BadUrl or ErrorCode.BadMethod or ErrorCode.BadDigest
            or ErrorCode.ContentTooLarge or ErrorCode.Replayed or ErrorCode.PermissionDenied
            or ErrorCode.UserUnknown or ErrorCode.UserDisabled => KeyGrantAnswer.Accepted, // decided after the grant
        _ => KeyGrantAnswer.Unknown,
    };
}
