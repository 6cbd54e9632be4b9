using Microsoft.AspNetCore.Http;
using TrustedApps.Conditions;
using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Api;

/// <summary>Makes conditions of documents. A problem names the member that is not valid.</summary>
internal static class ConditionsReading
{
    // Left out, nothing may be stamped ahead: the same default as on the pages and in the tool.
    private static readonly ConditionMember _futureTolerance = ConditionMembers.All.First(member =>
        member.Name == nameof(TrustConditions.FutureTolerance)
    );

    /// <exception cref="ProblemException">A condition is not valid.</exception>
    public static TrustConditions Read(ConditionsDocument document, string field)
    {
        try
        {
            TrustConditions conditions = document.ToConditions();
            return document.Has(_futureTolerance) ? conditions : conditions with { FutureTolerance = TimeSpan.Zero };
        }
        catch (ConditionException mistake)
        {
            throw new ProblemException(
                StatusCodes.Status422UnprocessableEntity,
                mistake.Message,
                $"{field}.{mistake.Member.JsonName}"
            );
        }
    }

    /// <exception cref="ProblemException">A member is missing or not valid.</exception>
    public static LegacyAccess? Read(LegacyDocument? document, string field)
    {
        if (document is null) return null;
        RsaPublicKey key = Require($"{field}.publicKey", () => RsaPublicKey.Parse(document.PublicKey));
        if (document.Conditions is null)
        {
            throw new ProblemException(
                StatusCodes.Status422UnprocessableEntity,
                "The older versions need conditions of their own.",
                $"{field}.conditions"
            );
        }

        if (document.Until is not { } until)
        {
            throw new ProblemException(
                StatusCodes.Status422UnprocessableEntity,
                "Say until when the older versions are accepted.",
                $"{field}.until"
            );
        }

        TrustConditions conditions = Read(document.Conditions, $"{field}.conditions");
        return Require(field, () => new LegacyAccess(key, conditions, until));
    }

    /// <summary>Makes a value of a member.</summary>
    /// <exception cref="ProblemException">The member is not valid.</exception>
    public static T Require<T>(string field, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException mistake)
        {
            throw new ProblemException(
                StatusCodes.Status422UnprocessableEntity,
                mistake.Message.Split(" (Parameter '")[0],
                field
            );
        }
    }
}
