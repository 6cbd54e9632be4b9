namespace TrustedApps.Tests;

public class UserResolversTests
{
    [Fact]
    public async Task Everyone_may_log_in_under_the_name_as_it_was_sent() =>
        Assert.Equal(UserResolution.Known("Anybody "), await UserResolvers.Everyone.ResolveAsync("Anybody ", "wiki", TestContext.Current.CancellationToken));

    [Theory]
    [InlineData("fred", UserStatus.Known)]
    [InlineData("Fred", UserStatus.Unknown)]
    [InlineData("fred ", UserStatus.Unknown)]
    [InlineData("bob", UserStatus.Denied)]
    [InlineData("ann", UserStatus.Denied)] // denied wins
    [InlineData("eve", UserStatus.Unknown)]
    public async Task A_list_is_compared_exactly(string name, UserStatus status)
    {
        IUserResolver users = UserResolvers.List(["fred", "ann"], denied: ["ann", "bob"]);
        UserResolution user = await users.ResolveAsync(name, "wiki", TestContext.Current.CancellationToken);
        Assert.Equal(status, user.Status);
        Assert.Equal(status == UserStatus.Known ? name : null, user.Name);
    }

    [Fact]
    public async Task Nobody_is_denied_when_nothing_is_said()
    {
        UserResolution user = await UserResolvers.List(["fred"]).ResolveAsync("fred", "wiki", TestContext.Current.CancellationToken);
        Assert.Equal(UserStatus.Known, user.Status);
    }

    [Fact]
    public void A_list_is_needed() => Assert.Throws<ArgumentNullException>("users", () => UserResolvers.List(null!));
}
