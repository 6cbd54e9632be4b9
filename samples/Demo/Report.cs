using System.Globalization;
using Spectre.Console;

namespace Demo;

/// <summary>What the demo prints, and what did not come out as it should.</summary>
internal sealed class Report
{
    private const int WidthOfFile = 120; // characters

    private readonly TextWriter _out = Console.Out;
    private readonly List<string> _unmet = [];
    private int _headlines;

    public void Headline(string text)
    {
        _headlines++;
        _out.WriteLine();
        _out.WriteLine($"{_headlines}. {text}");
    }

    public void Say(string text) => _out.WriteLine($"   {text}");

    public void Expect(bool holds, string expectation)
    {
        if (!holds) _unmet.Add(expectation);
    }

    public void ShowAnswers(IEnumerable<Answer> answers)
    {
        ShowTable(["Request", "HTTP", "Status", "Error"], answers.Select(answer => new[]
        {
            answer.Attempt.What,
            ((int)answer.HttpStatus).ToString(CultureInfo.InvariantCulture),
            answer.Status,
            answer.Error.Replace("\t", @"\t", StringComparison.Ordinal),
        }));
        Say($@"Status is the header {Answer.StatusHeader}, Error is {Answer.ErrorHeader}; \t stands for a tab.");
    }

    public void ShowVisits(IReadOnlyList<Visit> visits)
    {
        ShowTable(["Request", "Answer"], visits.Select(visit => new[] { visit.What, visit.Answer }));
        foreach (Visit visit in visits) Expect(visit.Answer == visit.Expected, $"{visit.What}: {visit.Expected}, not {visit.Answer}");
    }

    /// <summary>The last line, and the exit code.</summary>
    public int Conclude()
    {
        _out.WriteLine();
        _out.WriteLine(_unmet.Count == 0 ? "Everything came out as expected." : "NOT AS EXPECTED. This should have been so:");
        foreach (string expectation in _unmet) Say(expectation);
        return _unmet.Count == 0 ? 0 : 1;
    }

    private static void ShowTable(string[] columns, IEnumerable<string[]> rows)
    {
        Table table = new Table { Border = TableBorder.Ascii2, ShowRowSeparators = true }.AddColumns(columns);
        foreach (string[] row in rows) table.AddRow(row.Select(cell => new Text(cell)));

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (Console.IsOutputRedirected) console.Profile.Width = WidthOfFile;
        console.Write(table);
    }
}
