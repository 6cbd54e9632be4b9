namespace TrustedApps.Bench.Ratios;

/// <summary>What was measured for one goal of performance.md.</summary>
/// <param name="Number">The goal's number, with a letter where it has several.</param>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The ratio; or bytes.</param>
/// <param name="Goal">What is to be reached.</param>
internal sealed record Measurement(string Number, string Name, Spread Value, Goal Goal)
{
    /// <summary>The times behind a ratio.</summary>
    public Ratio? Times { get; private init; }

    public string Verdict => Goal.IsReached(Value.Median) ? "ok" : "short";

    /// <summary>Measures a ratio of two times.</summary>
    public static Measurement OfTimes(string number, string name, Subject numerator, Subject denominator, Goal goal)
    {
        Ratio ratio = Ratio.Measure(numerator, denominator);
        return new(number, name, ratio.Ratios, goal) { Times = ratio };
    }

    /// <summary>Measures the bytes that an operation allocates.</summary>
    public static Measurement OfBytes(string number, string name, Subject side, Goal goal, double besides = 0)
    {
        side.Warm();
        List<double> samples = [.. Enumerable.Range(0, 31).Select(_ => side.SampleAllocation() - besides)];
        return new(number, name, Spread.Of(samples), goal);
    }

    /// <summary>What this is the worst of.</summary>
    public IReadOnlyList<Measurement> Kinds { get; init; } = [];

    /// <summary>The line of the report.</summary>
    public override string ToString() => $"{Number} {Name} {Short(Value.Median)} [{Short(Value.Low)}..{Short(Value.High)}] {Goal} {Verdict}";

    /// <summary>The times behind the line, for those who want to know more.</summary>
    public string Explain() => Times is { } times
        ? $"{this} ({Short(times.Numerator.Median / 1000)} us / {Short(times.Denominator.Median / 1000)} us)"
        : ToString();

    // Three digits that count.
    private static string Short(double value)
    {
        double size = Math.Abs(value);
        string format = size < 0.0005 ? "0" : size < 0.1 ? "0.###" : size < 10 ? "0.00" : size < 100 ? "0.0" : "0";
        return value.ToString(format, CultureInfo.InvariantCulture);
    }
}
