using System.Text.Json.Nodes;

namespace TrustedApps.Admin.Tests.Api;

public class ReportEndpointsTests
{
    [Fact]
    public async Task Changes_are_listed_page_by_page()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        await host.AddLegacyAsync("blog");
        await host.AddLegacyAsync("wiki");
        Json.Good(await host.PostAsync("/trusts/blog/suspend"));
        await host.Reports.RecordAsync("note", "blog", "no JSON", null, "bob", TestContext.Current.CancellationToken);

        JsonArray all = Json.Good(await host.GetAsync("/audit"))["entries"]!.AsArray();
        Assert.Equal(["note", "trust.suspend", "trust.add", "trust.add"], all.Select(entry => (string)entry!["action"]!));
        Assert.Equal("no JSON", (string)all[0]!["before"]!);
        Assert.Equal((false, true, "ann"), ((bool)all[1]!["before"]!["suspended"]!, (bool)all[1]!["after"]!["suspended"]!, (string)all[1]!["administrator"]!));
        Assert.Equal(3, Json.Good(await host.GetAsync("/audit?subject=blog"))["entries"]!.AsArray().Count);
        JsonNode older = Assert.Single(Json.Good(await host.GetAsync($"/audit?subject=blog&before={all[1]!["number"]}&take=1"))["entries"]!.AsArray())!;
        Assert.Equal("trust.add", (string)older["action"]!);
    }

    [Fact]
    public async Task Refusals_and_activity_are_listed()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        Assert.Empty(Json.Good(await host.GetAsync("/refusals?application=wiki&take=5"))["refusals"]!.AsArray());
        JsonArray activity = Json.Good(await host.GetAsync("/activity?id=wiki&id=&id=a%2Fb"))["applications"]!.AsArray();
        Assert.Equal(["wiki", "", "a/b"], activity.Select(one => (string)one!["applicationId"]!));
        Assert.Empty(activity[0]!["lastHour"]!.AsObject());
    }

    [Theory]
    [InlineData("/refusals?take=0")]
    [InlineData("/refusals?take=1001")]
    [InlineData("/audit?take=0")]
    [InlineData("/audit?before=x")]
    [InlineData("/activity")]
    [InlineData("/audit?subject=a&subject=b")]
    public async Task What_cannot_be_asked_is_400(string path)
    {
        await using AdminHost host = await AdminHost.StartAsync();
        Json.Problem(await host.GetAsync(path), 400);
    }

    [Fact]
    public async Task No_more_than_a_hundred_applications_are_asked_for_at_once()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        Json.Problem(await host.GetAsync("/activity?" + string.Join('&', Enumerable.Range(0, 101).Select(number => $"id={number}"))), 400);
    }
}
