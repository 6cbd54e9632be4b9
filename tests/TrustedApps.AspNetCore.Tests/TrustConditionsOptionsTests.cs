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
        object? setting = typeof(TrustConditionsOptions).GetProperty(name)?.GetValue(changed);
        switch (member)
        {
            case ListMember { Choices: [var choice, ..] }: ((IList<string>)setting!).Add(choice); break;
            case ListMember { Name: "Addresses" }: ((IList<string>)setting!).Add("10.0.0.1"); break;
            case ListMember: ((IList<string>)setting!).Add("/GET"[(name == "Urls" ? 0 : 1)..]); break;
            case TimeMember: typeof(TrustConditionsOptions).GetProperty(name)!.SetValue(changed, TimeSpan.FromSeconds(7)); break;
            default: typeof(TrustConditionsOptions).GetProperty(name)!.SetValue(changed, true); break;
        }

        Assert.NotEqual(JsonOf(member, plain), JsonOf(member, changed));
        Assert.All(ConditionMembers.All.Where(other => other != member), other => Assert.Equal(JsonOf(other, plain), JsonOf(other, changed)));
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
