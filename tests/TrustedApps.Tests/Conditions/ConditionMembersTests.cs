using System.Reflection;
using TrustedApps.Conditions;

namespace TrustedApps.Tests.Conditions;

public class ConditionMembersTests
{
    private static readonly TrustConditions _defaults = new() { Addresses = ["10.0.0.1"], Urls = ["/rest"] };

    public static TheoryData<string> Names { get; } = [.. ConditionMembers.All.Select(member => member.Name)];

    [Fact]
    public void The_table_has_each_property_of_the_conditions_once() => Assert.Equal(
        typeof(TrustConditions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name).Order(StringComparer.Ordinal),
        ConditionMembers.All.Select(member => member.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Names_differ_in_each_place()
    {
        Assert.Distinct(ConditionMembers.All.Select(member => member.JsonName));
        Assert.Distinct(ConditionMembers.All.Select(member => member.OptionName));
        Assert.Distinct(ConditionMembers.All.Select(member => member.CaseName).OfType<string>());
    }

    [Fact]
    public void Names_on_the_outside_are_those_of_stored_trusts_scripts_and_cases()
    {
        Assert.Equal(
            [
                "addresses", "urls", "versions", "methods", "allowUsers", "denyUsers", "timeoutMilliseconds", "allowanceAheadMilliseconds",
                "checkForwardedFor", "refuseReplays", "allowWeakKeys", "allowSelf", "allowUnboundContent",
                "allowDelegation", "delegatedFrom", "scopes",
            ],
            ConditionMembers.All.Select(member => member.JsonName));
        Assert.Equal(
            [
                "--address", "--url", "--version", "--method", "--allow-user", "--deny-user", "--timeout", "--allowance-ahead",
                "--check-forwarded-for", "--refuse-replays", "--allow-weak-keys", "--allow-self", "--allow-unbound-content",
                "--allow-delegation", "--delegated-from", "--scope",
            ],
            ConditionMembers.All.Select(member => member.OptionName));
        Assert.Equal(
            [
                "addresses", "urls", "versions", "methods", "allowUsers", "denyUsers", "timeoutMs", null,
                "checkForwardedFor", "refuseReplays", "allowWeakKeys", "allowSelf", "allowUnboundContent",
                "allowDelegation", "delegatedFrom", "scopes",
            ],
            ConditionMembers.All.Select(member => member.CaseName));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_member_has_its_texts(string name)
    {
        ConditionMember member = Find(name);
        Assert.NotEmpty(member.Label);
        Assert.InRange(member.ShortLabel.Length, 1, 12);
        Assert.EndsWith(".", member.Help, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_member_reads_and_writes_its_own_property_and_no_other(string name)
    {
        TrustConditions changed = ChangeOf(Find(name));
        Assert.Equal([name], PropertiesThatDiffer(_defaults, changed));
        TrustConditions again = ConditionMembers.Change(_defaults, member => ValueOf(member, changed));
        Assert.Empty(PropertiesThatDiffer(changed, again));
    }

    [Fact]
    public void Members_that_a_source_leaves_out_have_their_defaults()
    {
        TrustConditions made = ConditionMembers.Create(member => member.Name is "Addresses" or "Urls" ? ValueOf(member, _defaults) : null);
        Assert.Empty(PropertiesThatDiffer(_defaults, made));
    }

    [Theory]
    [InlineData("Addresses")]
    [InlineData("Urls")]
    public void A_required_list_that_is_missing_allows_nothing(string name)
    {
        ConditionException refused = Assert.Throws<ConditionException>(() => ConditionMembers.Create(member => member.Name == name ? null : ValueOf(member, _defaults)));
        Assert.Equal(name, refused.Member.Name);
        Assert.StartsWith("At least one", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_value_of_another_kind_is_refused_with_the_member(string name)
    {
        ConditionException refused = Assert.Throws<ConditionException>(() => ConditionMembers.Change(_defaults, member => member.Name == name ? new object() : null));
        Assert.Equal(name, refused.Member.Name);
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_has_no_name_of_a_parameter()
    {
        foreach ((string name, object bad) in ((string, object)[])[
            ("Addresses", new[] { "x" }), ("Urls", new[] { "x" }), ("Versions", new[] { "5" }), ("Versions", Array.Empty<string>()), ("Methods", new[] { "*" }), ("AllowUsers", new[] { "" }),
            ("DenyUsers", new string[] { null! }), ("Timeout", TimeSpan.Zero), ("FutureTolerance", TimeSpan.FromHours(1))])
        {
            ConditionException refused = Assert.Throws<ConditionException>(() => ConditionMembers.Change(_defaults, member => member.Name == name ? bad : null));
            Assert.Equal(name, refused.Member.Name);
            Assert.DoesNotContain("Parameter", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refused.Message);
        }
    }

    [Fact]
    public void A_list_goes_back_to_its_default()
    {
        foreach (ListMember list in ConditionMembers.All.OfType<ListMember>())
        {
            TrustConditions changed = ChangeOf(list);
            if (list.IsRequired) Assert.ThrowsAny<ArgumentException>(() => list.Set(changed, null));
            else Assert.Empty(PropertiesThatDiffer(_defaults, list.Set(changed, null)));
        }
    }

    [Fact]
    public void Scopes_are_those_of_the_specification()
    {
        Assert.Equal(["AllowSelf", "AllowUnboundContent", "AllowDelegation", "DelegatedFrom", "Scopes"], ConditionMembers.All.Where(member => !member.AppliesTo(ProtocolVersion.Atlassian3)).Select(member => member.Name));
        Assert.Equal(["Versions", "FutureTolerance", "RefuseReplays", "AllowWeakKeys"], ConditionMembers.All.Where(member => !member.AppliesTo(ProtocolVersion.Version4)).Select(member => member.Name));
    }

    private static ConditionMember Find(string name) => ConditionMembers.All.Single(member => member.Name == name);

    private static TrustConditions ChangeOf(ConditionMember member) => member switch
    {
        ListMember { Name: "Addresses" } list => list.Set(_defaults, ["10.0.0.0/8"]),
        ListMember { Name: "Urls" } list => list.Set(_defaults, ["/other"]),
        ListMember { Choices: { } choices } list => list.Set(_defaults, [choices[0]]),
        ListMember list => list.Set(_defaults, ["POST"]),
        TimeMember time => time.Set(_defaults, TimeSpan.FromSeconds(7)),
        FlagMember flag => flag.Set(_defaults, true),
        _ => throw new InvalidOperationException(member.Name),
    };

    private static object? ValueOf(ConditionMember member, TrustConditions conditions) => member switch
    {
        ListMember list => list.Get(conditions),
        TimeMember time => time.Get(conditions),
        FlagMember flag => flag.Get(conditions),
        _ => null,
    };

    private static IEnumerable<string> PropertiesThatDiffer(TrustConditions one, TrustConditions other) => typeof(TrustConditions)
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => !Same(property.GetValue(one), property.GetValue(other)))
        .Select(property => property.Name);

    private static bool Same(object? one, object? other) => one is System.Collections.IEnumerable list && other is System.Collections.IEnumerable others
        ? list.Cast<object>().SequenceEqual(others.Cast<object>())
        : Equals(one, other);
}
