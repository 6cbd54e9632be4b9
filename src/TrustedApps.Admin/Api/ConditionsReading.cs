using Microsoft.AspNetCore.Http;
using TrustedApps.Conditions;
using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Api;

/// <summary>Makes conditions of documents. A problem names the member that is not valid.</summary>
internal static class ConditionsReading
{
    /// <exception cref="ProblemException">A condition is not valid.</exception>
    public static TrustConditions Read(ConditionsDocument document, string field)
    {
        try
        {
            return document.ToConditions();
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
        Require($"{field}.publicKey", () => RsaPublicKey.Parse(document.PublicKey));
        if (document.Conditions is null)
        {
            throw new ProblemException(
                StatusCodes.Status422UnprocessableEntity,
                "The older versions need conditions of their own.",
                $"{field}.conditions"
            );
        }

        if (document.Until is null)
        {
            throw new ProblemException(
                StatusCodes.Status422UnprocessableEntity,
                "Say until when the older versions are accepted.",
                $"{field}.until"
            );
        }

        Read(document.Conditions, $"{field}.conditions");
        return Require(field, document.ToAccess);
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
