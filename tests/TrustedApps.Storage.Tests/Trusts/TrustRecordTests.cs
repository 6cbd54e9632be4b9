using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using TrustedApps.Certificates;
using TrustedApps.Conditions;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Tests.Trusts;

public class TrustRecordTests
{
    private static readonly DateTimeOffset _until = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Each condition with a value that is not its default. Whoever adds a condition adds it here, and stores it.
    private static readonly Dictionary<string, object> _values = new(StringComparer.Ordinal)
    {
        ["Addresses"] = new[] { "10.0.0.0/8", "::1" },
        ["Urls"] = new[] { "/rest", "/a/*/b", "/ü" },
        ["Versions"] = new[] { ProtocolVersion.Version4 },
        ["Methods"] = new[] { "GET", "POST" },
        ["AllowUsers"] = new[] { "fred", "a*", "\"😀\"" },
        ["DenyUsers"] = new[] { "root" },
        ["Timeout"] = TimeSpan.FromMilliseconds(12_345),
        ["FutureTolerance"] = TimeSpan.FromMilliseconds(54_321),
        ["CheckForwardedFor"] = true,
        ["RefuseReplays"] = true,
        ["AllowWeakKeys"] = true,
        ["AllowSelf"] = true,
        ["AllowUnboundContent"] = true,
        ["AllowDelegation"] = true,
        ["DelegatedFrom"] = new[] { "blog", "feed:1" },
        ["Scopes"] = new[] { "issues.read", "issues.write" },
    };

    public static TheoryData<string> Conditions { get; } = [.. typeof(TrustConditions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name)];

    [Theory]
    [MemberData(nameof(Conditions))]
    public void Each_condition_is_stored(string name)
    {
        PropertyInfo property = typeof(TrustConditions).GetProperty(name)!;
        Assert.True(_values.TryGetValue(name, out object? value), $"{name} is a new condition: give it a value here, and see that it is stored.");
        TrustConditions conditions = With(property, value);
        Assert.NotEqual(property.GetValue(Trusted.Everything), property.GetValue(conditions));

        TrustedApplication read = Copy(new TrustedApplication(Trusted.RecordOf("wiki"), conditions));
        Assert.Equal(property.GetValue(conditions), property.GetValue(read.Conditions));
        Assert.All(typeof(TrustConditions).GetProperties(BindingFlags.Public | BindingFlags.Instance), each => Assert.Equal(each.GetValue(conditions), each.GetValue(read.Conditions)));
        Assert.Equal(ConditionsDocument.Of(conditions), ConditionsDocument.Of(read.Conditions), Same);
    }

    [Theory]
    [MemberData(nameof(Conditions))]
    public void Each_condition_of_older_versions_is_stored(string name)
    {
        PropertyInfo property = typeof(TrustConditions).GetProperty(name)!;
        object value = name == "Versions" ? new[] { ProtocolVersion.Atlassian2, ProtocolVersion.Warwick } : _values[name];
        if (name is "AllowSelf" or "AllowUnboundContent" or "AllowDelegation" or "DelegatedFrom" or "Scopes") return; // for version 4 only
        TrustConditions conditions = With(property, value);
        TrustedApplication both = Copy(new TrustedApplication(Trusted.RecordOf("wiki"), Trusted.Everything, new LegacyAccess(TestKeys.Blog.PublicKey, conditions, _until)) { Name = "Ü \"😀\"", IsSuspended = true });
        Assert.Equal(("Ü \"😀\"", true, _until, TestKeys.Blog.PublicKey), (both.Name, both.IsSuspended, both.Legacy!.Until, both.Legacy.PublicKey));
        Assert.Equal(property.GetValue(conditions), property.GetValue(both.Legacy.Conditions));
        TrustedApplication old = Copy(new TrustedApplication("old", TestKeys.Blog.PublicKey, conditions) { Name = "Old" });
        Assert.Equal(("Old", false, TestKeys.Blog.PublicKey, null), (old.Name, old.IsSuspended, old.Legacy!.PublicKey, old.Record));
        Assert.Equal(property.GetValue(conditions), property.GetValue(old.Conditions));
    }

    [Fact]
    public void A_last_moment_of_any_kind_is_kept()
    {
        foreach (DateTimeOffset until in (DateTimeOffset[])[DateTimeOffset.MaxValue, _until.AddTicks(1), new(2027, 1, 1, 0, 0, 0, TimeSpan.FromHours(5))])
        {
            Assert.Equal(until, Copy(new TrustedApplication(Trusted.RecordOf("wiki"), Trusted.Everything, new LegacyAccess(TestKeys.Blog.PublicKey, Trusted.Everything, until))).Legacy!.Until);
        }
    }

    [Fact]
    public void What_is_not_known_is_refused_wherever_it_stands()
    {
        string json = TrustRecord.Of(new TrustedApplication(Trusted.RecordOf("wiki"), Trusted.Everything, new LegacyAccess(TestKeys.Blog.PublicKey, Trusted.Everything, _until))).ToJson();
        foreach (string path in (string[])["", "conditions", "legacy", "legacy/conditions"])
        {
            JsonNode root = JsonNode.Parse(json)!;
            JsonNode place = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(root, (node, name) => node[name]!);
            place["onlyOnMondays"] = true; // a restriction that a newer program knows
            Assert.Throws<FormatException>(() => TrustRecord.Parse(Encoding.UTF8.GetBytes(root.ToJsonString())));
        }
    }

    [Fact]
    public void Damaged_terms_give_a_format_exception_and_nothing_else()
    {
        CertificateRecord record = Trusted.RecordOf("wiki");
        string json = TrustRecord.Of(new TrustedApplication(record, Trusted.Everything, new LegacyAccess(TestKeys.Blog.PublicKey, Trusted.Everything, _until))).ToJson();
        for (int length = 0; length < json.Length; length++) Refused(json[..length]);
        foreach ((string from, string to) in ((string, string)[])[
            ("\"addresses\":[\"*\"]", "\"addresses\":[]"), ("\"addresses\":[\"*\"]", "\"addresses\":[null]"), ("\"addresses\":[\"*\"]", "\"addresses\":null"), ("\"addresses\":[\"*\"]", "\"addresses\":[\"300.1.1.1\"]"),
            ("\"urls\":[\"*\"]", "\"urls\":[null]"), ("\"denyUsers\":[]", "\"denyUsers\":[null]"), ("\"denyUsers\":[]", "\"denyUsers\":null"), ("\"denyUsers\":[]", "\"denyUsers\":[\"\"]"),
            ("\"denyUsers\":[]", "\"denyUsers\":[],\"versions\":[null]"), ("\"denyUsers\":[]", "\"denyUsers\":[],\"versions\":[\"5\"]"), ("\"denyUsers\":[]", "\"denyUsers\":[],\"versions\":[\"3\"]"),
            ("\"denyUsers\":[]", "\"denyUsers\":[],\"methods\":[]"), ("\"denyUsers\":[]", "\"denyUsers\":[],\"denyUsers\":[\"root\"]"), ("60000", "0"), ("60000", "-1"), ("60000", "9223372036854775807"), ("60000", "1e400"),
            ("\"name\":\"wiki\",", ""), ("\"name\":\"wiki\"", "\"name\":null"), ("\"publicKey\":\"", "\"publicKey\":\"x"), ("\"until\":", "\"until\":null,\"x\":"), ("2027-01-01", "2027-13-01"), ("true", "1"), ("{", "["),
        ])
        {
            int at = json.IndexOf(from, StringComparison.Ordinal);
            if (at >= 0) Refused(json[..at] + to + json[(at + from.Length)..]);
        }

        Refused("null");
        Refused("[]");
        Refused(json + "x");
        Assert.Throws<FormatException>(() => TrustRecord.Parse(Encoding.UTF8.GetBytes(json)).ToTrust("blog", record)); // of another application
        Assert.Throws<FormatException>(() => TrustRecord.Parse(Encoding.UTF8.GetBytes(TrustRecord.Of(Trusted.In("wiki")).ToJson())).ToTrust("wiki", record: null));
        Assert.Throws<FormatException>(() => TrustRecord.Parse(Encoding.UTF8.GetBytes(TrustRecord.Of(Trusted.InLegacy("old")).ToJson())).ToTrust("wiki", record));

        void Refused(string damaged) => Assert.Throws<FormatException>(() => TrustRecord.Parse(Encoding.UTF8.GetBytes(damaged)).ToTrust("wiki", record));
    }

    private static TrustConditions With(PropertyInfo property, object value)
    {
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"] };
        property.SetValue(conditions, value);
        return conditions;
    }

    private static TrustedApplication Copy(TrustedApplication trust) =>
        TrustRecord.Parse(Encoding.UTF8.GetBytes(TrustRecord.Of(trust).ToJson())).ToTrust(trust.Id, trust.Record is null ? null : CertificateRecord.Parse(trust.Record.ToBytes()));

    private static bool Same(ConditionsDocument one, ConditionsDocument other) => System.Text.Json.JsonSerializer.Serialize(one) == System.Text.Json.JsonSerializer.Serialize(other);
}
