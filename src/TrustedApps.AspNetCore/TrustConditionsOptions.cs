using System.Reflection;
using TrustedApps.Conditions;

namespace TrustedApps.AspNetCore;

/// <summary>
/// The conditions of a trust in configuration. The names are those of <see cref="TrustConditions"/>, which states
/// ranges and patterns.
/// </summary>
public abstract class TrustConditionsOptions
{
    /// <summary>
    /// The application's legacy key: base64 of a SubjectPublicKeyInfo. For versions 1 to 3 and Warwick.
    /// </summary>
    public string? PublicKey { get; set; }

    /// <summary>Accepted versions; default <c>4</c> alone, and with <see cref="PublicKey"/> <c>3</c> alone.</summary>
    public IList<string> Versions { get; } = [];

    /// <summary>
    /// The time after its time stamp for which an assertion is acceptable; default 60 seconds, 1 second to 15 minutes;
    /// older versions 1 millisecond to 24 hours.
    /// </summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>
    /// The time that an assertion of an older version may be stamped ahead; default 15 minutes, zero to 15 minutes.
    /// </summary>
    public TimeSpan? FutureTolerance { get; set; }

    /// <summary>Allowed addresses; at least one pattern, <c>*</c> for all.</summary>
    public IList<string> Addresses { get; } = [];

    /// <summary>Allowed paths; at least one pattern, <c>*</c> for all.</summary>
    public IList<string> Urls { get; } = [];

    /// <summary>Allowed methods; default all under version 4, GET and HEAD under older versions.</summary>
    public IList<string> Methods { get; } = [];

    /// <summary>The only users allowed; default null: every user. An empty list: no user.</summary>
    public IList<string>? AllowUsers { get; set; }

    /// <summary>Users not allowed; default none.</summary>
    public IList<string> DenyUsers { get; } = [];

    /// <summary>Whether every entry of X-Forwarded-For must be allowed as well.</summary>
    public bool CheckForwardedFor { get; set; }

    /// <summary>
    /// Whether identical headers of an older version are refused the second time even with GET and HEAD.
    /// </summary>
    public bool RefuseReplays { get; set; }

    /// <summary>Whether a legacy key of 1,024 to 2,047 bits is accepted.</summary>
    public bool AllowWeakKeys { get; set; }

    /// <summary>Whether the application may act as itself, on behalf of no user. Version 4.</summary>
    public bool AllowSelf { get; set; }

    /// <summary>Whether content that the assertion does not bind is accepted. Version 4.</summary>
    public bool AllowUnboundContent { get; set; }

    /// <summary>
    /// Whether the application may pass on what other applications asked of it in the user's name. Version 4.
    /// </summary>
    public bool AllowDelegation { get; set; }

    /// <summary>
    /// The only applications, by their ids, for which it may pass requests on; default null: any, if
    /// <see cref="AllowDelegation"/> is set. An empty list: none. Version 4.
    /// </summary>
    public IList<string>? DelegatedFrom { get; set; }

    /// <summary>The scopes that requests may be narrowed to; default none. Version 4.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>Makes the conditions of the trust.</summary>
    /// <returns>The conditions.</returns>
    /// <exception cref="ArgumentException">A condition is not valid; the message names the setting.</exception>
    internal TrustConditions ToConditions()
    {
        try
        {
            return ConditionMembers.Create(Find);
        }
        catch (ConditionException mistake)
        {
            throw new ArgumentException($"{mistake.Member.Name}: {mistake.Message}", mistake);
        }
    }

    // A list that cannot be null is empty where nothing is configured: it then stands for the default.
    private object? Find(ConditionMember member)
    {
        PropertyInfo setting = typeof(TrustConditionsOptions).GetProperty(member.Name)
            ?? throw new InvalidOperationException($"{nameof(TrustConditionsOptions)} has no property {member.Name}.");
        object? value = setting.GetValue(this);
        return value is IList<string> list ? list.Count == 0 && !setting.CanWrite ? null : list.ToArray() : value;
    }
}
