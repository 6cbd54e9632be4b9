namespace TrustedApps.Packages.Tests.FirstHour;

/// <summary>docs/first-hour.md, done literally in an empty folder, with the packages just packed.</summary>
public sealed class FirstHourTests(PackedPackages packages)
{
    private static readonly string _page = Path.Combine(Checkout.Root, "docs", "first-hour.md");

    [Fact]
    public async Task Every_command_works_and_every_output_is_as_the_page_says()
    {
        using var machine = new NewMachine(packages.Folder); // on which nothing is installed
        using var folder = new ScratchFolder();
        using var performance = new Performance(machine, folder.Path);
        await performance.PlayAsync(Transcript.Read(await File.ReadAllTextAsync(_page, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task An_output_that_is_another_fails() => Assert.Contains(
        "Line 5: the terminal 'main' shows another text:\nsomething\n",
        (await FailAsync("# Page\n```sh\necho something\n```\n```text\nanother thing\n```\n")).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task Output_beyond_the_text_fails() => Assert.Contains(
        "shows", (await FailAsync("# Page\n```sh\necho one; echo two\n```\n```text\none\n```\n")).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_command_that_fails_fails() => Assert.Contains(
        "Line 2: The command ended with 1", (await FailAsync("# Page\n```sh\nfalse\ntrue\n```\n")).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_fingerprint_that_changes_fails()
    {
        const string Named = "AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAA";
        const string First = "printf 'B%.0s' {1..43} | sed 's/..../& /g'", Second = "printf 'C%.0s' {1..43} | sed 's/..../& /g'";
        string page = $"# Page\n```sh\n{First}\n```\n```text\n{Named}\n```\n```sh\n{Second}\n```\n```text\n{Named}\n```\n";

        Assert.Contains("Line 11: the terminal 'main' shows another text", (await FailAsync(page)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# Page\n```bash\necho hello\n```\n")]
    [InlineData("# Page\n```\necho hello\n```\n")]
    [InlineData("# Page\n```sh hidden\necho hello\n```\n")]
    public void A_block_that_is_not_understood_fails(string page) => Assert.Throws<FormatException>(() => Transcript.Read(page));

    private async Task<InvalidOperationException> FailAsync(string page)
    {
        using var folder = new ScratchFolder();
        using var performance = new Performance(packages.Machine, folder.Path);
        return await Assert.ThrowsAsync<InvalidOperationException>(() => performance.PlayAsync(Transcript.Read(page)));
    }
}
