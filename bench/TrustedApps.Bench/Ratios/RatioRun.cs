using System.Diagnostics;

namespace TrustedApps.Bench.Ratios;

/// <summary>Measures goals 1 to 11 and 14 of performance.md in this process. Progress goes to standard error.</summary>
internal static class RatioRun
{
    public static void Run(bool json)
    {
        long start = Stopwatch.GetTimestamp();
        List<Measurement> measured = [];
        foreach (Measurement measurement in Measure())
        {
            foreach (Measurement kind in measurement.Kinds) Console.Error.WriteLine($"  {kind.Explain()}");
            Console.Error.WriteLine($"{Stopwatch.GetElapsedTime(start).TotalSeconds,4:0} s  {measurement.Explain()}");
            measured.Add(measurement);
        }

        RatioReport.Write(measured.OrderBy(PlaceOf), Stopwatch.GetElapsedTime(start), json, Console.Out);
    }

    // Ten million marks come last: they slow down what the garbage collector does for the others.
    private static IEnumerable<Measurement> Measure()
    {
        var version4 = new Version4Sides();
        return new OperationGoals(version4).Measure()
            .Concat(new LegacyGoals().Measure())
            .Concat(new GrantGoals().Measure())
            .Concat(new RefusalGoals(version4).Measure())
            .Concat(new ScaleGoals(version4).Measure())
            .Concat(new ReplayGoals().Measure());
    }

    // 2 comes before 11a, and 11a before 11b.
    private static (int Number, string Letter) PlaceOf(Measurement measurement)
    {
        string digits = measurement.Number.TrimEnd('a', 'b', 'c');
        return (int.Parse(digits, CultureInfo.InvariantCulture), measurement.Number[digits.Length..]);
    }
}
