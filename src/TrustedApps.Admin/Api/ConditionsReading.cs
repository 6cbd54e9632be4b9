using System.Net;
using Microsoft.AspNetCore.Http;
using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Api;

/// <summary>Makes conditions of documents, and says which member is wrong where it cannot.</summary>
internal static class ConditionsReading
{
    private static readonly ConditionsDocument _plain = new() { Addresses = ["*"], Urls = ["*"] };

    // Each alone beside what cannot be wrong.
    private static readonly (string Name, Func<ConditionsDocument, ConditionsDocument> Alone)[] _members =
    [
        ("addresses", document => _plain with { Addresses = document.Addresses }),
        ("urls", document => _plain with { Urls = document.Urls }),
        ("versions", document => _plain with { Versions = document.Versions }),
        ("methods", document => _plain with { Methods = document.Methods }),
        ("allowUsers", document => _plain with { AllowUsers = document.AllowUsers }),
        ("denyUsers", document => _plain with { DenyUsers = document.DenyUsers }),
        ("timeoutMilliseconds", document => _plain with { TimeoutMilliseconds = document.TimeoutMilliseconds }),
        ("allowanceAheadMilliseconds", document => _plain with { AllowanceAheadMilliseconds = document.AllowanceAheadMilliseconds }),
    ];

    /// <exception cref="ProblemException">A condition cannot be used.</exception>
    public static TrustConditions Read(ConditionsDocument document, string field)
    {
        foreach ((string name, Func<ConditionsDocument, ConditionsDocument> alone) in _members) Require($"{field}.{name}", () => Parse(alone(document)));
        return Require(field, () => Parse(document));
    }

    /// <exception cref="ProblemException">Something is missing, or cannot be used.</exception>
    public static LegacyAccess? Read(LegacyDocument? document, string field)
    {
        if (document is null) return null;
        Require($"{field}.publicKey", () => RsaPublicKey.Parse(document.PublicKey));
        if (document.Conditions is null) throw new ProblemException(StatusCodes.Status422UnprocessableEntity, "The older versions need conditions of their own.", $"{field}.conditions");
        if (document.Until is null) throw new ProblemException(StatusCodes.Status422UnprocessableEntity, "Say until when the older versions are accepted.", $"{field}.until");
        Read(document.Conditions, $"{field}.conditions");
        return Require(field, document.ToAccess);
    }

    /// <summary>Makes something of a member.</summary>
    /// <exception cref="ProblemException">It cannot be made.</exception>
    public static T Require<T>(string field, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException mistake)
        {
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, mistake.Message.Split(" (Parameter '")[0], field);
        }
    }

    // User patterns are parsed when a user is looked at.
    private static TrustConditions Parse(ConditionsDocument document)
    {
        TrustConditions conditions = document.ToConditions();
        _ = conditions.FindRejection(ProtocolVersion.Version4, IPAddress.Loopback, "GET", "/", "user");
        return conditions;
    }
}
