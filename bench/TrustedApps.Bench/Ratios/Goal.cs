namespace TrustedApps.Bench.Ratios;

/// <summary>A goal of performance.md: at most, or at least, so much.</summary>
internal readonly record struct Goal
{
    private readonly double _limit;
    private readonly bool _isLeast;

    private Goal(double limit, bool isLeast) => (_limit, _isLeast) = (limit, isLeast);

    public static Goal AtMost(double limit) => new(limit, isLeast: false);

    public static Goal AtLeast(double limit) => new(limit, isLeast: true);

    public bool IsReached(double value) => _isLeast ? value >= _limit : value <= _limit;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(_isLeast ? ">=" : "<=")}{_limit}");
}
