using Microsoft.AspNetCore.Http;
using TrustedApps.Admin.Display;

namespace TrustedApps.Admin.Forms;

/// <summary>Name and conditions as they stand in the fields of a form: everything is kept as it was typed.</summary>
internal sealed record ConditionsForm
{
    public string Name { get; init; } = "";

    public string Timeout { get; init; } = "60";

    public string FutureTolerance { get; init; } = "900";

    public string Addresses { get; init; } = "";

    public string Urls { get; init; } = "";

    public string Methods { get; init; } = "";

    public string AllowUsers { get; init; } = "";

    public string DenyUsers { get; init; } = "";

    /// <summary>No user at all is allowed, which is not the same as nobody named.</summary>
    public bool AllowNoUser { get; init; }

    public IReadOnlyList<string> Versions { get; init; } = [];

    public bool AllowSelf { get; init; }

    public bool AllowUnboundContent { get; init; }

    public bool CheckForwardedFor { get; init; }

    public bool RefuseReplays { get; init; }

    public bool AllowWeakKeys { get; init; }

    public static ConditionsForm Read(IFormCollection form) => new()
    {
        Name = TextOf(form, "name"),
        Timeout = TextOf(form, "timeout"),
        FutureTolerance = TextOf(form, "allowance"),
        Addresses = TextOf(form, "addresses"),
        Urls = TextOf(form, "urls"),
        Methods = TextOf(form, "methods"),
        AllowUsers = TextOf(form, "allowUsers"),
        DenyUsers = TextOf(form, "denyUsers"),
        AllowNoUser = IsSet(form, "allowNoUser"),
        Versions = [.. form["versions"].OfType<string>()],
        AllowSelf = IsSet(form, "allowSelf"),
        AllowUnboundContent = IsSet(form, "allowUnbound"),
        CheckForwardedFor = IsSet(form, "checkForwarded"),
        RefuseReplays = IsSet(form, "refuseReplays"),
        AllowWeakKeys = IsSet(form, "allowWeak"),
    };

    public static ConditionsForm Of(string name, TrustConditions conditions) => new()
    {
        Name = name,
        Timeout = Moment.Seconds(conditions.Timeout),
        FutureTolerance = Moment.Seconds(conditions.FutureTolerance),
        Addresses = string.Join('\n', conditions.Addresses),
        Urls = string.Join('\n', conditions.Urls),
        Methods = string.Join(' ', conditions.Methods ?? []),
        AllowUsers = string.Join('\n', conditions.AllowUsers ?? []),
        DenyUsers = string.Join('\n', conditions.DenyUsers),
        AllowNoUser = conditions.AllowUsers is { Count: 0 },
        Versions = [.. conditions.Versions?.Select(version => version.Name) ?? [ProtocolVersion.Atlassian3.Name]],
        AllowSelf = conditions.AllowSelf,
        AllowUnboundContent = conditions.AllowUnboundContent,
        CheckForwardedFor = conditions.CheckForwardedFor,
        RefuseReplays = conditions.RefuseReplays,
        AllowWeakKeys = conditions.AllowWeakKeys,
    };

    /// <summary>Each field with what is in it, for a step that only hands it on.</summary>
    public IEnumerable<(string Field, string Value)> Fields =>
    [
        ("name", Name), ("timeout", Timeout), ("allowance", FutureTolerance), ("addresses", Addresses), ("urls", Urls), ("methods", Methods),
        ("allowUsers", AllowUsers), ("denyUsers", DenyUsers),
        .. Versions.Select(version => ("versions", version)),
        .. ((string Field, bool IsSet)[])
        [
            ("allowNoUser", AllowNoUser), ("allowSelf", AllowSelf), ("allowUnbound", AllowUnboundContent), ("checkForwarded", CheckForwardedFor), ("refuseReplays", RefuseReplays), ("allowWeak", AllowWeakKeys),
        ] is var boxes ? boxes.Where(box => box.IsSet).Select(box => (box.Field, Value: On)) : [],
    ];

    /// <exception cref="ArgumentException">Something cannot be used; the message says what and why.</exception>
    public TrustConditions ToConditions(bool isLegacy)
    {
        IReadOnlyList<string> addresses = Entered.Lines(Addresses);
        IReadOnlyList<string> urls = Entered.Lines(Urls);
        if (addresses.Count == 0) throw new ArgumentException("Addresses: say from where the application's requests come, or * for anywhere.");
        if (urls.Count == 0) throw new ArgumentException("URLs: say what the application may ask for, such as /rest, or * for everything.");
        if (isLegacy && Versions.Count == 0) throw new ArgumentException("Versions: choose at least one.");
        IReadOnlyList<string> methods = Entered.Words(Methods);
        IReadOnlyList<string> allowed = Entered.Lines(AllowUsers);
        if (AllowNoUser && allowed.Count > 0) throw new ArgumentException("Only these users: name some, or none at all, not both.");
        return new TrustConditions
        {
            Addresses = addresses,
            Urls = urls,
            Versions = isLegacy ? [.. Versions.Select(ProtocolVersion.Parse)] : null,
            Methods = methods.Count == 0 ? null : methods,
            AllowUsers = allowed.Count == 0 && !AllowNoUser ? null : allowed,
            DenyUsers = Entered.Lines(DenyUsers),
            Timeout = Entered.Seconds(Timeout, "Time-out"),
            FutureTolerance = isLegacy ? Entered.Seconds(FutureTolerance, "Allowance ahead") : TimeSpan.FromMinutes(15),
            AllowSelf = AllowSelf && !isLegacy,
            AllowUnboundContent = AllowUnboundContent && !isLegacy,
            CheckForwardedFor = CheckForwardedFor,
            RefuseReplays = RefuseReplays && isLegacy,
            AllowWeakKeys = AllowWeakKeys && isLegacy,
        };
    }

    public const string On = "on"; // what browsers send for a box without a value

    private static string TextOf(IFormCollection form, string field) => ((string?)form[field] ?? "").Trim();

    private static bool IsSet(IFormCollection form, string field) => form[field] == On;
}
