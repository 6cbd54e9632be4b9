namespace TrustedApps.Docs.Tests.Mistakes;

/// <summary>
/// Makes each mistake of docs/mistakes.md and compares what people see with what the document says. With the
/// environment variable WRITE_MISTAKES=1 the document is written instead.
/// </summary>
public sealed class MistakesTests
{
    private static readonly bool _writes = Environment.GetEnvironmentVariable("WRITE_MISTAKES") == "1";

    public static TheoryData<string> Titles => [.. MistakeDocument.Mistakes.Select(mistake => mistake.Title)];

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task People_see_what_the_document_says(string title)
    {
        Mistake mistake = MistakeDocument.Mistakes.Single(mistake => mistake.Title == title);
        using var pair = new MistakenPair(mistake);

        string observed = await pair.ObserveAsync();

        if (_writes) MistakeDocument.Write(mistake, observed);
        else Assert.Equal(mistake.Observed, observed);
    }

    [Fact]
    public async Task Without_a_mistake_the_pair_works_and_logs_nothing()
    {
        using var pair = new MistakenPair(new Mistake("", "", "", "", ""));

        Assert.Equal("the page of the wiki:\n  the issues of fred", await pair.ObserveAsync());
    }

    [Fact]
    public void There_are_at_least_45_numbered_in_their_order_and_in_the_table_of_contents()
    {
        Assert.InRange(MistakeDocument.Mistakes.Count, 45, 150);
        Assert.Equal(Enumerable.Range(1, MistakeDocument.Mistakes.Count), MistakeDocument.Mistakes.Select(mistake => int.Parse(mistake.Title.Split('.')[0], CultureInfo.InvariantCulture)));
        Assert.Equal(MistakeDocument.Mistakes.Select(mistake => mistake.Title).Order(StringComparer.Ordinal), MistakeDocument.Contents.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void None_is_silent() => Assert.All(
        MistakeDocument.Mistakes,
        mistake => Assert.Contains(
            mistake.Session.Length > 0 ? ["trusted-apps: ", "What to do "] : (string[])[" logs warning ", " logs error ", "does not start: ", "logs an exception of a request: "],
            sign => mistake.Observed.Contains(sign, StringComparison.Ordinal)));
}
