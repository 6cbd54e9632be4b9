using TrustedApps.Admin.Forms;

namespace TrustedApps.Admin.Tests.Forms;

public class ConditionsFormTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("fred,barney")]
    public void Users_come_back_from_the_form_as_they_were(string? users)
    {
        IReadOnlyList<string>? allowed = users?.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["/rest"], AllowUsers = allowed, AllowSelf = true };

        TrustConditions saved = ConditionsForm.Of("wiki", conditions).ToConditions(isLegacy: false);

        Assert.Equal(allowed, saved.AllowUsers); // none at all is not the same as everyone
    }

    [Fact]
    public void Some_users_and_none_at_all_cannot_both_be() =>
        Assert.Throws<ArgumentException>(() => new ConditionsForm { Addresses = "*", Urls = "*", AllowUsers = "fred", AllowNoUser = true }.ToConditions(isLegacy: false));
}
