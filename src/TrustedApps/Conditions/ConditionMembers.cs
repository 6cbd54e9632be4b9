using System.Collections.Frozen;

namespace TrustedApps.Conditions;

/// <summary>
/// The table of the conditions of a trust. A new condition is a property of <see cref="TrustConditions"/>, a row here,
/// and a property of the options that configuration binds to.
/// </summary>
public static class ConditionMembers
{
    /// <summary>All members, in the order in which JSON has them.</summary>
    public static IReadOnlyList<ConditionMember> All { get; } =
    [
        new ListMember(
            conditions => conditions.Addresses,
            (conditions, values) => conditions with { Addresses = values! }
        )
        {
            Name = nameof(TrustConditions.Addresses),
            JsonName = "addresses",
            CaseName = "addresses",
            OptionName = "--address",
            ValueName = "P",
            IsRequired = true,
            Label = "Addresses",
            Help =
                "Addresses that requests may come from: an IPv4 or IPv6 address, a network such as 192.0.2.0/24, IPv4 with * for an octet, or * alone for all.",
        },
        new ListMember(conditions => conditions.Urls, (conditions, values) => conditions with { Urls = values! })
        {
            Name = nameof(TrustConditions.Urls),
            JsonName = "urls",
            CaseName = "urls",
            OptionName = "--url",
            ValueName = "P",
            IsRequired = true,
            Label = "URLs",
            Help =
                "Paths of this application that requests may ask for. /rest is that path and everything below it; * stands for one segment, ** for any number, * alone for everything.",
        },
        new ListMember(
            conditions => conditions.Versions?.Select(version => version.Name).ToArray(),
            (conditions, values) => conditions with { Versions = values?.Select(ProtocolVersion.Parse).ToArray() }
        )
        {
            Name = nameof(TrustConditions.Versions),
            JsonName = "versions",
            CaseName = "versions",
            OptionName = "--version",
            ValueName = "V",
            IsNullable = true,
            Scope = ConditionScope.OlderVersions,
            Choices = [.. ProtocolVersion.All.Select(version => version.Name)],
            Label = "Versions",
            Help =
                "Versions that are accepted; of an application without a version 4 certificate 1, 2, 3 or warwick. Versions 1 and 2 can be forged by anyone who reads one request. Default: 4, or 3 without such a certificate.",
        },
        new ListMember(conditions => conditions.Methods, (conditions, values) => conditions with { Methods = values })
        {
            Name = nameof(TrustConditions.Methods),
            JsonName = "methods",
            CaseName = "methods",
            OptionName = "--method",
            ValueName = "M",
            IsNullable = true,
            DefaultText = "all",
            DefaultTextOfOlderVersions = "GET, HEAD",
            Label = "Methods",
            Help =
                "Request methods that are allowed. Default: all; under older versions, which do not sign the method, GET and HEAD.",
        },
        new ListMember(
            conditions => conditions.AllowUsers,
            (conditions, values) => conditions with { AllowUsers = values }
        )
        {
            Name = nameof(TrustConditions.AllowUsers),
            JsonName = "allowUsers",
            CaseName = "allowUsers",
            OptionName = "--allow-user",
            ValueName = "U",
            IsNullable = true,
            DefaultText = "all",
            EmptyText = "No user at all: the application acts as itself only",
            Label = "Only these users",
            ShortLabel = "Users",
            Help =
                "The only users that the application may act for, with * for any run of characters. Default: every user.",
        },
        new ListMember(
            conditions => conditions.DenyUsers,
            (conditions, values) => conditions with { DenyUsers = values! }
        )
        {
            Name = nameof(TrustConditions.DenyUsers),
            JsonName = "denyUsers",
            CaseName = "denyUsers",
            OptionName = "--deny-user",
            ValueName = "U",
            Label = "Never these users",
            ShortLabel = "Not users",
            Help =
                "Users that the application may never act for, even when they are allowed above, with * for any run of characters. Consider administrators.",
        },
        new TimeMember(conditions => conditions.Timeout, (conditions, value) => conditions with { Timeout = value })
        {
            Name = nameof(TrustConditions.Timeout),
            JsonName = "timeoutMilliseconds",
            CaseName = "timeoutMs",
            OptionName = "--timeout",
            Label = "Time-out",
            Help =
                "The time after which a request is refused as too old. 1 second to 15 minutes; under older versions 1 millisecond to 24 hours. Default: 60 seconds.",
        },
        new TimeMember(
            conditions => conditions.FutureTolerance,
            (conditions, value) => conditions with { FutureTolerance = value }
        )
        {
            Name = nameof(TrustConditions.FutureTolerance),
            JsonName = "allowanceAheadMilliseconds",
            OptionName = "--allowance-ahead",
            Scope = ConditionScope.OlderVersions,
            Label = "Future tolerance",
            ShortLabel = "Ahead",
            Remark = "only the newest Atlassian clients need more than 0s",
            Help =
                "Older versions: the time that a request may be stamped ahead of this clock, 0 to 15 minutes. The newest Atlassian clients need 15 minutes. Default: 0.",
        },
        new FlagMember(
            conditions => conditions.CheckForwardedFor,
            (conditions, value) => conditions with { CheckForwardedFor = value }
        )
        {
            Name = nameof(TrustConditions.CheckForwardedFor),
            JsonName = "checkForwardedFor",
            CaseName = "checkForwardedFor",
            OptionName = "--check-forwarded-for",
            Label = "Checks",
            Remark = "every entry of X-Forwarded-For",
            Help = "Every entry of X-Forwarded-For must be an allowed address as well.",
        },
        new FlagMember(
            conditions => conditions.RefuseReplays,
            (conditions, value) => conditions with { RefuseReplays = value }
        )
        {
            Name = nameof(TrustConditions.RefuseReplays),
            JsonName = "refuseReplays",
            CaseName = "refuseReplays",
            OptionName = "--refuse-replays",
            Scope = ConditionScope.OlderVersions,
            Label = "Refuses",
            Remark = "repeated requests with GET and HEAD, too",
            Help =
                "Older versions: refuse identical headers the second time, even with GET and HEAD. Old clients repeat headers for 15 minutes.",
        },
        new FlagMember(
            conditions => conditions.AllowWeakKeys,
            (conditions, value) => conditions with { AllowWeakKeys = value }
        )
        {
            Name = nameof(TrustConditions.AllowWeakKeys),
            JsonName = "allowWeakKeys",
            CaseName = "allowWeakKeys",
            OptionName = "--allow-weak-keys",
            Scope = ConditionScope.OlderVersions,
            Label = "Allows",
            Remark = "a weak key",
            Help = "Older versions: accept a key of 1,024 to 2,047 bits. Such a key can be broken.",
        },
        new FlagMember(conditions => conditions.AllowSelf, (conditions, value) => conditions with { AllowSelf = value })
        {
            Name = nameof(TrustConditions.AllowSelf),
            JsonName = "allowSelf",
            CaseName = "allowSelf",
            OptionName = "--allow-self",
            Scope = ConditionScope.Version4,
            Label = "Allows",
            Remark = "requests of the application itself, for no user",
            Help = "Version 4: the application may act as itself, for no user.",
        },
        new FlagMember(
            conditions => conditions.AllowUnboundContent,
            (conditions, value) => conditions with { AllowUnboundContent = value }
        )
        {
            Name = nameof(TrustConditions.AllowUnboundContent),
            JsonName = "allowUnboundContent",
            CaseName = "allowUnboundContent",
            OptionName = "--allow-unbound-content",
            Scope = ConditionScope.Version4,
            Label = "Allows",
            Remark = "content that the request does not bind",
            Help = "Version 4: accept content that the request does not bind, when the application declares it.",
        },
        new FlagMember(
            conditions => conditions.AllowDelegation,
            (conditions, value) => conditions with { AllowDelegation = value }
        )
        {
            Name = nameof(TrustConditions.AllowDelegation),
            JsonName = "allowDelegation",
            CaseName = "allowDelegation",
            OptionName = "--allow-delegation",
            Scope = ConditionScope.Version4,
            Label = "Allows",
            Remark = "requests that it passes on for other applications",
            Help =
                "Version 4: the application may pass on what other applications asked of it in the user's name. Who asked is its word alone.",
        },
        new ListMember(
            conditions => conditions.DelegatedFrom,
            (conditions, values) => conditions with { DelegatedFrom = values }
        )
        {
            Name = nameof(TrustConditions.DelegatedFrom),
            JsonName = "delegatedFrom",
            CaseName = "delegatedFrom",
            OptionName = "--delegated-from",
            ValueName = "ID",
            IsNullable = true,
            Scope = ConditionScope.Version4,
            EmptyText = "No application at all",
            Label = "Delegated from",
            ShortLabel = "From",
            Help =
                "Version 4: the only applications for which it may pass requests on, by their ids. Default: any, if delegation is allowed.",
        },
        new ListMember(
            conditions => conditions.Scopes,
            (conditions, values) => conditions with { Scopes = values! }
        )
        {
            Name = nameof(TrustConditions.Scopes),
            JsonName = "scopes",
            CaseName = "scopes",
            OptionName = "--scope",
            ValueName = "S",
            Scope = ConditionScope.Version4,
            Label = "Scopes",
            Help =
                "Version 4: the scopes that requests may be narrowed to; a request that names none has all of them. Default: none.",
        },
    ];

    private static readonly FrozenDictionary<string, ConditionMember> _byJsonName =
        All.ToFrozenDictionary(member => member.JsonName, StringComparer.Ordinal);

    /// <summary>Makes conditions of the values that a source has.</summary>
    /// <param name="find">
    /// Finds the value of a member: a list of texts, a <see cref="TimeSpan"/> or a bool, by the kind of the member;
    /// null for the default.
    /// </param>
    /// <returns>The conditions.</returns>
    /// <exception cref="ConditionException">A value is not valid, or a required one is missing.</exception>
    public static TrustConditions Create(Func<ConditionMember, object?> find)
    {
        ArgumentNullException.ThrowIfNull(find);

        // The patterns of this instance never remain: a required list that is missing counts as empty, which is
        // refused.
        var everything = new TrustConditions { Addresses = ["*"], Urls = ["*"] };
        return Change(
            everything,
            member => find(member) ?? (member is ListMember { IsRequired: true } ? Array.Empty<string>() : null)
        );
    }

    /// <summary>Changes the members for which a source has a value.</summary>
    /// <param name="conditions">The conditions.</param>
    /// <param name="find">Finds the value of a member, as for <see cref="Create"/>; null for no change.</param>
    /// <returns>The changed conditions.</returns>
    /// <exception cref="ConditionException">A value is not valid.</exception>
    public static TrustConditions Change(TrustConditions conditions, Func<ConditionMember, object?> find)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        ArgumentNullException.ThrowIfNull(find);
        foreach (ConditionMember member in All)
        {
            if (find(member) is not { } value) continue;
            conditions = Set(member, conditions, value);
        }

        return conditions;
    }

    internal static ConditionMember? FindByJsonName(string name) => _byJsonName.GetValueOrDefault(name);

    private static TrustConditions Set(ConditionMember member, TrustConditions conditions, object value)
    {
        try
        {
            return member.SetValue(conditions, value);
        }
        catch (ArgumentException mistake)
        {
            throw new ConditionException(member, MessageOf(mistake), mistake);
        }
    }

    // Without the name of a parameter, which .NET appends.
    private static string MessageOf(ArgumentException mistake) =>
        mistake.ParamName is { } name ? mistake.Message.Split($" (Parameter '{name}')", 2)[0] : mistake.Message;
}
