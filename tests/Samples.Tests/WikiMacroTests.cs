using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Testing;

namespace Samples.Tests;

/// <summary>The pages of the wiki, with a tracker that answers as the test says.</summary>
public sealed class WikiMacroTests : IAsyncDisposable
{
    private readonly TrustedAppsTestProvider _tracker = new(app => app.MapGet(
        "/rest/api/issues", (ClaimsPrincipal user) => new[] { new { key = "X-1", summary = $"An issue of {user.Identity!.Name}" } }));

    private readonly WikiInProcess _wiki;

    public WikiMacroTests() => _wiki = new WikiInProcess(services => services.AddTrustedAppsTestProvider(_tracker));

    [Fact]
    public async Task A_page_shows_the_issues_of_its_reader()
    {
        string page = await _wiki.ReadRoadmapAsync("fred");

        Assert.Contains("<strong>X-1</strong> An issue of fred", page, StringComparison.Ordinal);
        Assert.All(_tracker.Requests, request => Assert.Equal(("wiki:8731", "fred"), (request.ApplicationId, request.User)));
    }

    [Theory]
    [InlineData(ErrorCode.UserUnknown, "the tracker knows no user fred.")]
    [InlineData(ErrorCode.PermissionDenied, "the tracker does not let fred in.")]
    [InlineData(ErrorCode.ApplicationUnknown, "the tracker does not trust this wiki. Its administrator can make a trust.")]
    [InlineData(ErrorCode.OldAssertion, "the clocks of wiki and tracker differ.")]
    [InlineData(ErrorCode.BadRemoteAddress, "the tracker does not trust this wiki at its present address.")]
    [InlineData(ErrorCode.BadUrl, "the tracker does not allow this wiki to ask for issues.")]
    [InlineData(ErrorCode.BadMagic, "the tracker has another key of this wiki on record, or something changes requests on their way.")]
    [InlineData(ErrorCode.Unavailable, "the tracker is busy. Try again later.")]
    [InlineData(ErrorCode.Replayed, "the tracker refused to answer.")]
    public async Task A_page_says_why_there_are_no_issues(ErrorCode code, string expected)
    {
        _tracker.Reject(code);

        string page = await _wiki.ReadRoadmapAsync("fred");

        Assert.Contains($"Nothing here: {expected} (<code>{code.ToWireName()}</code>)", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_is_shown_while_the_tracker_is_down()
    {
        _tracker.IsUnreachable = true;

        string page = await _wiki.ReadRoadmapAsync("fred");

        Assert.Contains("Nothing here: the tracker does not answer as it should.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wiki_and_tracker_understand_each_other()
    {
        await using var tracker = new TrackerInProcess();
        await using var wiki = new WikiInProcess(services => services.AddTrustedAppsTestProvider(tracker));

        string page = await wiki.ReadRoadmapAsync("fred");

        Assert.Contains("<strong>TRK-4</strong> Release 2.0: security fix for the login page", page, StringComparison.Ordinal);
        Assert.DoesNotContain("surprise party", page, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _wiki.DisposeAsync();
        await _tracker.DisposeAsync();
    }
}
