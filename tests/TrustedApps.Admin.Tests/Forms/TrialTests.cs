using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Admin.Forms;

namespace TrustedApps.Admin.Tests.Forms;

public class TrialTests
{
    private static readonly TrustConditions _conditions = new() { Addresses = ["10.0.0.1"], Urls = ["/rest/*/issues", "/open"], DenyUsers = ["root"] };

    [Theory]
    [InlineData("fred", null, "This request would be allowed, for 'fred'.", "✓✓✓✓✓✓")]
    [InlineData("nosuchuser", "USER_UNKNOWN", "No user 'nosuchuser' exists in this application.", "✓✓✓✓✓✗")]
    [InlineData("barney", "PERMISSION_DENIED", "User 'barney' may not log in here.", "✓✓✓✓✓✗")]
    [InlineData("Superuser", "PERMISSION_DENIED", "root", "✓✓✓✓✗")]
    [InlineData("broken", "UNAVAILABLE", "The user resolver of this application failed", "✓✓✓✓✓✗")]
    [InlineData("root", "PERMISSION_DENIED", "root", "✓✓✓✓✗")]
    public async Task The_users_of_this_application_are_asked(string user, string? code, string text, string checks)
    {
        TrialResult result = await NewTrial(user, isSuspended: false).RunAsync(_conditions, TestContext.Current.CancellationToken);
        Assert.Equal(code, result.Code);
        Assert.Contains(text, result.Text, StringComparison.Ordinal);
        if (user != "Superuser") Assert.Equal(checks, string.Concat(result.Checks.Select(check => check.Passed ? '✓' : '✗')));
        Assert.Equal(result.IsAllowed, result.Checks.All(check => check.Passed));
    }

    [Fact]
    public async Task A_suspended_trust_allows_nothing()
    {
        TrialResult result = await NewTrial("fred", isSuspended: true).RunAsync(_conditions, TestContext.Current.CancellationToken);
        Assert.Equal("APP_UNKNOWN", result.Code);
        Assert.Contains("suspended", result.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*", "/")]
    [InlineData("/", "/example")]
    [InlineData("/rest", "/rest")]
    [InlineData("/rest/", "/rest/example")]
    [InlineData("/rest/*/issues", "/rest/example/issues")]
    [InlineData("/rest/**", "/rest/example")]
    public void The_request_that_is_suggested_is_one_that_the_first_pattern_allows(string pattern, string path)
    {
        var conditions = new TrustConditions { Addresses = ["*"], Urls = [pattern] };
        TryForm suggested = TryForm.Of(conditions);
        if (pattern != "/") Assert.Equal(path, suggested.Path);
        Assert.Null(conditions.FindRejection(ProtocolVersion.Version4, IPAddress.Parse(suggested.Address), suggested.Method, suggested.Path, suggested.User));
    }

    [Fact]
    public async Task The_edit_page_asks_the_users_and_looks_whether_the_trust_is_suspended()
    {
        await using AdminHost host = await AdminHost.StartAsync(services: services => services.AddSingleton(UserResolvers.List(["fred"])));
        await host.TrustAsync(TestKeys.Wiki, "https://wiki.example");
        using AdminClient client = host.Client();
        string form = (await client.GetAsync("/edit?id=wiki")).Body;
        Assert.Equal("/open", AdminClient.FieldIn(form, "tryPath"));
        Assert.Contains("No user &#x27;ann&#x27; exists", await TryAsync("ann"), StringComparison.Ordinal);
        Assert.Contains("This request would be allowed", await TryAsync("fred"), StringComparison.Ordinal);
        await host.Store.Trusts.SuspendAsync("wiki", null, "ann", TestContext.Current.CancellationToken);
        Assert.Contains("The trust is suspended", await TryAsync("fred"), StringComparison.Ordinal);

        async Task<string> TryAsync(string user) => (await client.PostAsync("/edit?id=wiki&handler=Try", [
            ("version", "1"), ("name", "Wiki"), ("addresses", "*"), ("urls", "/open"), ("timeout", "30"), ("futureTolerance", "0"), ("tryAddress", "10.0.0.1"), ("tryMethod", "GET"), ("tryPath", "/open"), ("tryUser", user)])).Body;
    }

    private static Trial NewTrial(string user, bool isSuspended) => new()
    {
        Version = ProtocolVersion.Version4,
        Address = IPAddress.Parse("10.0.0.1"),
        Method = "GET",
        Path = "/open",
        User = user,
        Origin = "wiki",
        Users = new Directory(),
        IsSuspended = isSuspended,
    };

    private sealed class Directory : IUserResolver
    {
        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken) => name switch
        {
            "fred" => new(UserResolution.Known("fred")),
            "Superuser" => new(UserResolution.Known("root")),
            "barney" => new(UserResolution.Denied),
            "broken" => throw new InvalidOperationException("The directory is down."),
            _ => new(UserResolution.Unknown),
        };
    }
}
