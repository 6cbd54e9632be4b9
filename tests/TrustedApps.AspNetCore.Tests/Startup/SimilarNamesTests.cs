using TrustedApps.Configuration;

namespace TrustedApps.AspNetCore.Tests.Startup;

public sealed class SimilarNamesTests
{
    [Theory]
    [InlineData("Adresses", "Addresses")]
    [InlineData("adresses", "Addresses")]
    [InlineData("Url", "Urls")]
    [InlineData("AlowUsers", "AllowUsers")]
    [InlineData("DenyUser", "DenyUsers")]
    [InlineData("Self", "AllowSelf")]
    [InlineData("AllowSelfAlways", "AllowSelf")]
    [InlineData("Id", "Id")]
    [InlineData("Xy", null)]
    [InlineData("", null)]
    [InlineData("Logging", null)]
    public void A_name_of_few_other_letters_is_found(string name, string? meant) =>
        Assert.Equal(meant, SimilarNames.Find(name, ["Id", "Addresses", "Urls", "AllowUsers", "DenyUsers", "AllowSelf"]));

    [Fact]
    public void Where_there_are_no_names_none_is_found() => Assert.Null(SimilarNames.Find("Id", []));
}
