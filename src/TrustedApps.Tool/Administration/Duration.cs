using System.CommandLine.Parsing;

namespace TrustedApps.Tool.Administration;

/// <summary>Reads and writes times as people write them: a whole number and ms, s, m or h.</summary>
internal static class Duration
{
    private const long MaxMilliseconds = 24 * 3_600_000; // no condition allows more

    // ms before s and m
    private static readonly (string Unit, long Milliseconds)[] _units =
    [
        ("ms", 1),
        ("s", 1000),
        ("m", 60_000),
        ("h", 3_600_000),
    ];

    public static Option<TimeSpan?> Option(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "TIME",
            CustomParser = Read,
        };

    public static string Write(TimeSpan time)
    {
        long milliseconds = (long)time.TotalMilliseconds;
        (string unit, long length) = _units.Last(known =>
            known.Milliseconds == 1 || (milliseconds > 0 && milliseconds % known.Milliseconds == 0)
        );
        return string.Create(CultureInfo.InvariantCulture, $"{milliseconds / length}{unit}");
    }

    public static bool TryRead(string text, out long milliseconds)
    {
        milliseconds = 0;
        foreach ((string unit, long length) in _units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)) continue;
            if (
                !long.TryParse(
                    text.AsSpan(0, text.Length - unit.Length),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out long number
                )
                || number > MaxMilliseconds / length
            )
            {
                return false;
            }

            milliseconds = number * length;
            return true;
        }

        return false;
    }

    private static TimeSpan? Read(ArgumentResult result)
    {
        if (TryRead(result.Tokens[0].Value, out long milliseconds)) return TimeSpan.FromMilliseconds(milliseconds);
        result.AddError("A time must be a whole number and its unit, such as 60s, 500ms or 5m; at most 24h.");
        return null;
    }
}
