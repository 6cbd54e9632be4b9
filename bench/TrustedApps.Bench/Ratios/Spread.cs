namespace TrustedApps.Bench.Ratios;

/// <summary>Median and where four fifths of the samples lie.</summary>
internal readonly record struct Spread(double Low, double Median, double High)
{
    public static Spread Of(List<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        return new(At(0.1), At(0.5), At(0.9));

        double At(double part) => sorted[(int)Math.Round(part * (sorted.Length - 1))];
    }
}
