namespace TrustedApps.WorksWith.Tests;

public sealed class MvcControllersTests
{
    [Fact]
    public async Task The_programs_of_the_page_work()
    {
        await using Page page = await Page.OpenAsync("mvc-controllers");
        await page.StartProviderAsync();
        Assert.Equal(page.Printed(), await page.RunConsumerAsync());
    }
}
