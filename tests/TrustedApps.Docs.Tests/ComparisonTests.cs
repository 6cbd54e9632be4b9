namespace TrustedApps.Docs.Tests;

/// <summary>docs/comparison.md against the sources that it names.</summary>
public sealed class ComparisonTests
{
    private static readonly string _comparison = Repository.Read("docs/comparison.md");

    [Theory]
    [InlineData("README.md", "| consumer | 2.0 | 419 | 545 |", "| 2.0 us for each request | 545 us to make a token")]
    [InlineData("README.md", "| provider | 3.4 | 43 | 33 |", "| 3.4 us | 33 us |")]
    [InlineData("docs/scale.md", "the authentication scheme | 28,000 to 34,000 |", "Kestrel included ([scale](scale.md#one-core)) | 28,000 to 34,000 |")]
    [InlineData("docs/scale.md", "500 to 680 us for RSA-2048", "| 500 to 680 us every five minutes with RSA-2048;")]
    [InlineData("docs/scale.md", "decrypt six times as slowly", "decrypt six times as slowly")]
    [InlineData("docs/scale.md", "| 27,000 to 34,000 / 11,600 to 16,500 |", "| 11,600 to 16,500 | 27,000 to 34,000 |")]
    public void Every_figure_is_the_one_of_its_source(string source, string measured, string stated)
    {
        Assert.Contains(measured, Repository.Read(source), StringComparison.Ordinal);
        Assert.Contains(stated, _comparison, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_row_speaks_of_all_five()
    {
        string[] rows = [.. _comparison.Split('\n').SkipWhile(line => line != "## Side by side").TakeWhile(line => line != "## Cost of a request").Where(line => line.StartsWith('|'))];

        Assert.InRange(rows.Length, 20, 40);
        Assert.All(rows, row => Assert.Equal(6, row.Trim('|').Split('|').Length));
    }

    [Fact]
    public void Every_test_that_it_names_is_there() => Assert.NotEmpty(
        Directory.GetFiles(Path.Combine(Repository.Root, "tests"), "Version4RefusalTests.cs", SearchOption.AllDirectories));
}
