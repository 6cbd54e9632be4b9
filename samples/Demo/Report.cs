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
        Table table = new Table { Border = TableBorder.Ascii2, ShowRowSeparators = true }.AddColumns("Request", "HTTP", "Status", "Error");
        foreach (Answer answer in answers)
        {
            table.AddRow(
                new Text(answer.Attempt.What),
                new Text(((int)answer.HttpStatus).ToString(CultureInfo.InvariantCulture)),
                new Text(answer.Status),
                new Text(answer.Error.Replace("\t", @"\t", StringComparison.Ordinal)));
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (Console.IsOutputRedirected) console.Profile.Width = WidthOfFile;
        console.Write(table);
        Say($@"Status is the header {Answer.StatusHeader}, Error is {Answer.ErrorHeader}; \t stands for a tab.");
    }

    /// <summary>The last line, and the exit code.</summary>
    public int Conclude()
    {
        _out.WriteLine();
        _out.WriteLine(_unmet.Count == 0 ? "Everything came out as expected." : "NOT AS EXPECTED. This should have been so:");
        foreach (string expectation in _unmet) Say(expectation);
        return _unmet.Count == 0 ? 0 : 1;
    }
}
