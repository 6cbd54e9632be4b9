using System.Diagnostics;

namespace TrustedApps.Bench.Ratios;

/// <summary>How many times as long one side takes as the other.</summary>
/// <param name="Ratios">Of the pairs of samples, of which one was taken right after the other.</param>
/// <param name="Numerator">Nanoseconds an operation of the one side.</param>
/// <param name="Denominator">Nanoseconds an operation of the other side.</param>
internal readonly record struct Ratio(Spread Ratios, Spread Numerator, Spread Denominator)
{
    private const int FewestPairs = 31;
    private const int MostPairs = 301;

    private static readonly TimeSpan _enough = TimeSpan.FromSeconds(1);

    public static Ratio Measure(Subject numerator, Subject denominator)
    {
        numerator.Warm();
        denominator.Warm();

        List<double> ratios = [], numerators = [], denominators = [];
        long start = Stopwatch.GetTimestamp();
        while (ratios.Count < FewestPairs || (ratios.Count < MostPairs && Stopwatch.GetElapsedTime(start) < _enough))
        {
            numerators.Add(numerator.Sample());
            denominators.Add(denominator.Sample());
            ratios.Add(numerators[^1] / denominators[^1]);
        }

        return new(Spread.Of(ratios), Spread.Of(numerators), Spread.Of(denominators));
    }
}
