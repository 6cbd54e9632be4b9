using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using TrustedApps.Admin.Forms;
using TrustedApps.Conditions;

namespace TrustedApps.Admin.Tests.Forms;

public class ConditionsFormTests
{
    private static readonly TrustConditions _narrow = new() { Addresses = ["10.0.0.1", "::1"], Urls = ["/rest"] };

    public static TheoryData<string> Names { get; } = [.. ConditionMembers.All.Select(member => member.Name)];

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("fred,barney")]
    public void Users_come_back_from_the_form_as_they_were(string? users)
    {
        IReadOnlyList<string>? allowed = users?.Split(',', StringSplitOptions.RemoveEmptyEntries);
        TrustConditions conditions = _narrow with { AllowUsers = allowed, AllowSelf = true };

        TrustConditions saved = ConditionsForm.Of("wiki", conditions).ToConditions(isLegacy: false);

        Assert.Equal(allowed, saved.AllowUsers); // none at all is not the same as everyone
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_condition_comes_back_from_the_form_as_it_was(string name)
    {
        ConditionMember member = ConditionMembers.All.Single(known => known.Name == name);
        bool isLegacy = !member.AppliesTo(ProtocolVersion.Version4);
        TrustConditions plain = isLegacy ? _narrow with { Versions = [ProtocolVersion.Atlassian3] } : _narrow;
        TrustConditions changed = member switch
        {
            ListMember { Choices: not null } list => list.Set(plain, ["warwick", "2"]),
            ListMember { Name: "Urls" } list => list.Set(plain, ["/a", "/b"]),
            ListMember { IsRequired: true } list => list.Set(plain, ["10.0.0.0/8"]),
            ListMember list => list.Set(plain, ["POST", "x"]),
            TimeMember time => time.Set(plain, TimeSpan.FromMilliseconds(7_500)),
            FlagMember flag => flag.Set(plain, true),
            _ => plain,
        };

        ConditionsForm form = ConditionsForm.Of("wiki", changed);
        var posted = new FormCollection(form.Fields.GroupBy(field => field.Field).ToDictionary(field => field.Key, field => new StringValues([.. field.Select(value => value.Value)]), StringComparer.Ordinal));

        Assert.NotEqual(JsonOf(plain), JsonOf(changed));
        Assert.Equal(JsonOf(changed), JsonOf(ConditionsForm.Read(posted).ToConditions(isLegacy)));
        Assert.Equal("wiki", ConditionsForm.Read(posted).Name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Conditions_of_other_versions_do_not_count(bool isLegacy)
    {
        ConditionsForm all = ConditionMembers.All.OfType<FlagMember>().Aggregate(ConditionsForm.Of("wiki", _narrow), (form, flag) => form.With(flag.Name, ConditionsForm.On));
        TrustConditions conditions = all.With("FutureTolerance", "7").ToConditions(isLegacy);
        Assert.Equal((isLegacy, isLegacy, !isLegacy, !isLegacy), (conditions.RefuseReplays, conditions.AllowWeakKeys, conditions.AllowSelf, conditions.AllowUnboundContent));
        Assert.Equal((isLegacy ? 7 : 900, isLegacy), (conditions.FutureTolerance.TotalSeconds, conditions.Versions is not null));
    }

    [Fact]
    public void Some_users_and_none_at_all_cannot_both_be()
    {
        ListMember users = ConditionMembers.All.OfType<ListMember>().Single(list => list.JsonName == "allowUsers");
        var posted = new FormCollection(new Dictionary<string, StringValues> { ["addresses"] = "*", ["urls"] = "*", ["timeout"] = "60", ["allowUsers"] = "fred", [ConditionsForm.EmptyFieldOf(users)] = "on" });
        ArgumentException refused = Assert.Throws<ArgumentException>(() => ConditionsForm.Read(posted).ToConditions(isLegacy: false));
        Assert.StartsWith("Only these users: name some", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Addresses", "", "Addresses: At least one address pattern")]
    [InlineData("Urls", "rest", "URLs: URL pattern 'rest'")]
    [InlineData("Versions", "5", "Versions: '5' is not a protocol version")]
    [InlineData("Methods", "GET POST", "Methods: 'GET POST'")]
    [InlineData("Timeout", "soon", "Time-out: 'soon' is not a number of seconds")]
    [InlineData("Timeout", "-1", "Time-out: '-1' is not a number of seconds")]
    [InlineData("Timeout", "0", "Time-out: The time-out must be")]
    [InlineData("Timeout", "86401", "Time-out: '86401' is not a number of seconds")]
    [InlineData("FutureTolerance", "901", "Future tolerance: The future tolerance must be")]
    public void A_value_that_is_not_valid_is_refused_by_the_label_of_its_field(string name, string text, string message) => Assert.StartsWith(
        message, Assert.Throws<ArgumentException>(() => ConditionsForm.Of("old", _narrow).With(name, text).ToConditions(isLegacy: true)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_form_without_a_version_is_refused() => Assert.StartsWith(
        "Versions: ", Assert.Throws<ArgumentException>(() => ConditionsForm.Of("old", _narrow).With("Versions").ToConditions(isLegacy: true)).Message, StringComparison.Ordinal);

    private static string JsonOf(TrustConditions conditions) => System.Text.Json.JsonSerializer.Serialize(ConditionsDocument.Of(conditions));
}
