using System.Security.Claims;

namespace TrustedApps.Tests;

public class UserResolutionTests
{
    [Fact]
    public void The_default_value_is_an_unknown_user()
    {
        Assert.Equal(UserStatus.Unknown, default(UserResolution).Status);
        Assert.Equal(default, UserResolution.Unknown);
        Assert.Null(default(UserResolution).Name);
    }

    [Fact]
    public void A_known_user_has_a_name_and_may_have_an_identity()
    {
        var identity = new ClaimsIdentity("test");
        var known = UserResolution.Known("fred", identity);
        Assert.Equal((UserStatus.Known, "fred"), (known.Status, known.Name));
        Assert.Same(identity, known.Identity);
        Assert.Null(UserResolution.Known("fred").Identity);
    }

    [Fact]
    public void A_denied_user_has_no_name()
    {
        Assert.Equal(UserStatus.Denied, UserResolution.Denied.Status);
        Assert.Null(UserResolution.Denied.Name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void A_known_user_without_a_name_is_a_mistake(string? name) =>
        Assert.ThrowsAny<ArgumentException>(() => UserResolution.Known(name!));

    [Fact]
    public void Resolutions_are_equal_when_all_of_them_is()
    {
        var identity = new ClaimsIdentity();
        var one = UserResolution.Known("fred", identity);
        Assert.True(one == UserResolution.Known("fred", identity) && one.Equals((object)UserResolution.Known("fred", identity)));
        Assert.Equal(one.GetHashCode(), UserResolution.Known("fred", identity).GetHashCode());
        Assert.True(one != UserResolution.Known("fred") && one != UserResolution.Known("ann", identity) && one != UserResolution.Denied);
        Assert.False(one.Equals((object)"fred"));
        Assert.NotEqual(UserResolution.Denied, UserResolution.Unknown);
    }
}
