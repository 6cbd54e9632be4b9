using TrustedApps.Storage;

namespace TrustedApps.Tool.Administration;

/// <summary>What an application may do, as options.</summary>
internal sealed class ConditionSymbols
{
    private readonly Option<long?> _timeout = Duration.Option("--timeout", "How long after its time stamp a request is acceptable, such as 60s, 500ms or 5m. Default: 60s.");
    private readonly Option<long?> _allowanceAhead = Duration.Option("--allowance-ahead", "Older versions: how far ahead a request may be stamped. Default: 15m, for the newest Atlassian clients; 0s is right for others.");
    private readonly Option<string[]> _addresses = List("--address", "P", "An address that requests may come from: IPv4, IPv6, CIDR, IPv4 with * for an octet, or '*' for all. May be repeated.");
    private readonly Option<string[]> _urls = List("--url", "P", "A path that requests may ask for, with what is below: /path, * for a segment, ** for any number, or '*' for all. May be repeated.");
    private readonly Option<string[]> _versions = List("--version", "V", "A version that is accepted; of an application without a version 4 certificate 1, 2, 3 or warwick. 1 and 2 can be forged by whoever reads one request. May be repeated. Default: 4, or 3.");
    private readonly Option<string[]> _methods = List("--method", "M", "A request method that is allowed. May be repeated. Default: all; in older versions GET and HEAD.");
    private readonly Option<string[]> _allowUsers = List("--allow-user", "U", "A user for whom the application may ask, with * for any run of characters; then for no others. May be repeated.");
    private readonly Option<string[]> _denyUsers = List("--deny-user", "U", "A user for whom it may never ask. May be repeated.");
    private readonly Option<bool> _allowSelf = new("--allow-self") { Description = "Version 4: the application may act as itself, for no user." };
    private readonly Option<bool> _allowUnboundContent = new("--allow-unbound-content") { Description = "Version 4: accept content that the request does not bind." };
    private readonly Option<bool> _allowWeakKeys = new("--allow-weak-keys") { Description = "Older versions: accept a key of 1,024 to 2,047 bits. Such a key can be broken." };
    private readonly Option<bool> _checkForwardedFor = new("--check-forwarded-for") { Description = "Every entry of X-Forwarded-For must be an allowed address, too." };
    private readonly Option<bool> _refuseReplays = new("--refuse-replays") { Description = "Older versions: refuse identical headers the second time, even with GET and HEAD." };

    public ConditionSymbols()
    {
        _versions.AcceptOnlyFromAmong([.. ProtocolVersion.All.Select(known => known.Name)]);
    }

    private IEnumerable<Option> All => [_timeout, _allowanceAhead, _addresses, _urls, _versions, _methods, _allowUsers, _denyUsers, _allowSelf, _allowUnboundContent, _allowWeakKeys, _checkForwardedFor, _refuseReplays];

    public void AddTo(Command command)
    {
        foreach (Option option in All) command.Add(option);
    }

    /// <summary>Addresses and URLs have no default: nobody is to allow all of them without saying so.</summary>
    public void RequireAddressesAndUrls(Command command) => command.Validators.Add(result =>
    {
        if (result.GetResult(_addresses) is null || result.GetResult(_urls) is null) result.AddError("Say with --address where requests may come from, and with --url what they may ask for: at least one of each, '*' for all.");
    });

    /// <summary>Whether any of them was given.</summary>
    public bool AnyIn(Func<Option, bool> isGiven) => All.Any(isGiven);

    /// <summary>The conditions for a new trust.</summary>
    public ConditionsDocument Read(ParseResult parsed) => Apply(parsed, new ConditionsDocument { Addresses = [], Urls = [] });

    /// <summary>Earlier conditions with what was given.</summary>
    public ConditionsDocument Apply(ParseResult parsed, ConditionsDocument earlier) => earlier with
    {
        TimeoutMilliseconds = parsed.GetValue(_timeout) ?? earlier.TimeoutMilliseconds,
        AllowanceAheadMilliseconds = parsed.GetValue(_allowanceAhead) ?? earlier.AllowanceAheadMilliseconds,
        Addresses = Given(parsed, _addresses) ?? earlier.Addresses,
        Urls = Given(parsed, _urls) ?? earlier.Urls,
        Versions = Given(parsed, _versions) ?? earlier.Versions,
        Methods = Given(parsed, _methods) ?? earlier.Methods,
        AllowUsers = Given(parsed, _allowUsers) ?? earlier.AllowUsers,
        DenyUsers = Given(parsed, _denyUsers) ?? earlier.DenyUsers,
        AllowSelf = Given(parsed, _allowSelf, earlier.AllowSelf),
        AllowUnboundContent = Given(parsed, _allowUnboundContent, earlier.AllowUnboundContent),
        AllowWeakKeys = Given(parsed, _allowWeakKeys, earlier.AllowWeakKeys),
        CheckForwardedFor = Given(parsed, _checkForwardedFor, earlier.CheckForwardedFor),
        RefuseReplays = Given(parsed, _refuseReplays, earlier.RefuseReplays),
    };

    private static Option<string[]> List(string name, string value, string description) => new(name) { Description = description, HelpName = value };

    private static string[]? Given(ParseResult parsed, Option<string[]> option) => parsed.GetResult(option) is null ? null : parsed.GetValue(option);

    private static bool Given(ParseResult parsed, Option<bool> option, bool earlier) => parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option) : earlier;
}
