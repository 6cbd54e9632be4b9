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
    /// <param name="answer">The response.</param>
    /// <param name="isNamed">Whether the request names the key grant and does not carry it.</param>
    public static KeyGrantAnswer OfKeyGrant(in ProviderAnswer answer, bool isNamed)
    {
        TrustedAppError? error = answer.Error;
        if (error is null) return answer.IsConfirmed ? KeyGrantAnswer.Confirmed : KeyGrantAnswer.Unknown;
        bool isAfterContent = IsAfterContent(error);
        if (!isAfterContent && FindFault(error.Code, isNamed) is { } fault) return fault;
        bool isAccepted = isAfterContent || IsDecidedAfterGrant(error.Code);
        return isAccepted && answer.IsTaken ? KeyGrantAnswer.Accepted : KeyGrantAnswer.Unknown;
    }

    // These may come without a proof: they are given before the claims are read.
    private static KeyGrantAnswer? FindFault(ErrorCode code, bool isNamed) => code switch
    {
        ErrorCode.GrantNeeded => isNamed ? KeyGrantAnswer.Needed : KeyGrantAnswer.Rejected,
        ErrorCode.BadGrant => KeyGrantAnswer.Rejected,
        ErrorCode.OldAssertion or ErrorCode.FutureAssertion => KeyGrantAnswer.Rejected,
        ErrorCode.Unavailable => KeyGrantAnswer.Unavailable,
        _ => null,
    };

    private static bool IsDecidedAfterGrant(ErrorCode code) => code is ErrorCode.BadMagic or ErrorCode.BadSignature
        or ErrorCode.BadUrl or ErrorCode.BadMethod or ErrorCode.BadDigest or ErrorCode.ContentTooLarge
        or ErrorCode.Replayed or ErrorCode.PermissionDenied or ErrorCode.UserUnknown or ErrorCode.UserDisabled;
}
