using TrustedApps.Text;

namespace TrustedApps.Tests.Text;

public class UserNameSyntaxTests
{
    [Theory]
    [InlineData("fred", true)]
    [InlineData(" ", true)]
    [InlineData("CN=Fred, OU=People", true)]
    [InlineData("", false)]
    [InlineData("fred\n", false)]
    [InlineData("fr\u0085ed", false)]
    [InlineData("fred\0", false)]
    public void A_user_name_has_no_control_characters(string name, bool isValid) => Assert.Equal(isValid, UserNameSyntax.IsValid(name));

    [Fact]
    public void A_user_name_has_no_half_of_a_surrogate_pair()
    {
        Assert.False(UserNameSyntax.IsValid("fred\ud83d"));
        Assert.False(UserNameSyntax.IsValid("\ude00fred"));
        Assert.True(UserNameSyntax.IsValid("fred\ud83d\ude00"));
    }

    [Fact]
    public void A_user_name_has_at_most_1024_code_points()
    {
        Assert.True(UserNameSyntax.IsValid(string.Concat(Enumerable.Repeat("\ud83d\ude00", 1024))));
        Assert.False(UserNameSyntax.IsValid(new string('a', 1025)));
    }
}
