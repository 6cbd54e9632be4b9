namespace TrustedApps.Bench.Ratios;

/// <summary>Goal 10: no refusal costs more than accepting; strangers and nonsense cost next to nothing.</summary>
internal sealed class RefusalGoals(Version4Sides version4)
{
    public IEnumerable<Measurement> Measure()
    {
        var kinds = new RefusalKinds();
        Measurement[] cheap = [.. kinds.OfStrangers.Select(kind => Measure(kind, "10b", Goal.AtMost(0.12)))];
        Measurement[] others = [.. kinds.Others.Select(kind => Measure(kind, "10a", Goal.AtMost(0.95)))];
        Measurement[] all = [.. cheap, .. others];
        yield return Worst(all, "10a", Goal.AtMost(0.95)) with { Kinds = all };
        yield return Worst(cheap, "10b", Goal.AtMost(0.12));
    }

    private Measurement Measure(RefusalKind kind, string number, Goal goal) =>
        Measurement.OfTimes(number, $"{kind.Name}/acceptance", kind.Side, version4.VerifyNamed, goal);

    private static Measurement Worst(Measurement[] kinds, string number, Goal goal) =>
        kinds.MaxBy(kind => kind.Value.Median)! with { Number = number, Goal = goal };
}
