namespace Samples.Tests;

public sealed class AdministratorTests
{
    [Theory]
    [InlineData("Tracker")]
    [InlineData("Wiki")]
    public async Task Only_whoever_knows_the_password_sees_the_pages(string sample)
    {
        using var folder = new ScratchFolder();
        await using SampleProcess process = await new SampleProcess(sample, folder).StartAsync();
        string pages = $"{process.Origin}/trusted-apps";
        using var anonymous = new Person();
        using var guesser = new Person();
        using var administrator = new Person();

        Answer redirected = await anonymous.GetAsync(pages);
        Assert.Equal(302, redirected.Status);
        Assert.StartsWith($"{process.Origin}/administrator/login?ReturnUrl=%2Ftrusted-apps", redirected["Location"], StringComparison.Ordinal);
        Assert.Contains((await anonymous.GetAsync($"{pages}/api/trusts")).Status, (int[])[302, 401]);

        Answer wrong = await guesser.LogInAsAdministratorAsync(process.Origin, SampleProcess.Password + "!");
        Assert.Contains("That is not the password.", wrong.Body, StringComparison.Ordinal);
        Assert.Equal(302, (await guesser.GetAsync(pages)).Status);

        Answer right = await administrator.LogInAsAdministratorAsync(process.Origin);
        Assert.Equal((302, "/trusted-apps"), (right.Status, right["Location"]));
        Assert.Equal(200, (await administrator.GetAsync(pages)).Status);
        Assert.Equal(200, (await administrator.GetAsync($"{pages}/api/trusts")).Status);

        using var forger = new Person(); // without the token of a form
        Assert.Equal(400, (await forger.PostAsync($"{process.Origin}/administrator/login")).Status);
        Assert.DoesNotContain(SampleProcess.Password, process.Said, StringComparison.Ordinal);
    }
}
