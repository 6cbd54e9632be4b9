using System.Reflection;
using TrustedApps.Conditions;

namespace TrustedApps.AspNetCore.Tests;

public sealed class TrustConditionsOptionsTests
{
    public static TheoryData<string> Names { get; } = [.. ConditionMembers.All.Select(member => member.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_condition_is_a_setting_and_arrives(string name)
    {
        ConditionMember member = ConditionMembers.All.Single(known => known.Name == name);
        TrustedApplicationOptions plain = Create();
        TrustedApplicationOptions changed = Create();
        PropertyInfo property = typeof(TrustConditionsOptions).GetProperty(name)!;
        if (member is ListMember && property.CanWrite) property.SetValue(changed, new List<string>());
        object? setting = property.GetValue(changed);
        switch (member)
        {
            case ListMember { Choices: [var choice, ..] }: ((IList<string>)setting!).Add(choice); break;
            case ListMember { Name: "Addresses" }: ((IList<string>)setting!).Add("10.0.0.1"); break;
            case ListMember: ((IList<string>)setting!).Add("/GET"[(name == "Urls" ? 0 : 1)..]); break;
            case TimeMember: property.SetValue(changed, TimeSpan.FromSeconds(7)); break;
            default: property.SetValue(changed, true); break;
        }

        Assert.NotEqual(JsonOf(member, plain), JsonOf(member, changed));
        Assert.All(ConditionMembers.All.Where(other => other != member), other => Assert.Equal(JsonOf(other, plain), JsonOf(other, changed)));
    }

    [Fact]
    public void An_empty_list_is_nobody_and_none_is_anybody()
    {
        TrustedApplicationOptions empty = Create();
        (empty.AllowUsers, empty.DelegatedFrom) = ([], []);

        Assert.Equal((0, 0), (empty.ToConditions().AllowUsers?.Count, empty.ToConditions().DelegatedFrom?.Count));
        Assert.Equal((null, null), (Create().ToConditions().AllowUsers, Create().ToConditions().DelegatedFrom));
    }

    private static TrustedApplicationOptions Create()
    {
        var options = new TrustedApplicationOptions();
        options.Addresses.Add("*");
        options.Urls.Add("*");
        return options;
    }

    private static string JsonOf(ConditionMember member, TrustedApplicationOptions options)
    {
        string json = System.Text.Json.JsonSerializer.Serialize(ConditionsDocument.Of(options.ToConditions()));
        return System.Text.Json.Nodes.JsonNode.Parse(json)![member.JsonName]?.ToJsonString() ?? "";
    }
}
