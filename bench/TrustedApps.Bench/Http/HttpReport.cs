using System.Text.Json.Nodes;
using TrustedApps.Bench.Ratios;

namespace TrustedApps.Bench.Http;

/// <summary>The report on goal 12: a line for each target, and one for each ratio.</summary>
internal static class HttpReport
{
    public static void Write(IReadOnlyList<Candidate> contenders, TimeSpan elapsed, bool json, TextWriter writer)
    {
        Measurement[] goals =
        [
            Compare("12a", Target.Version4Scheme, Target.EmptyScheme, Goal.AtLeast(0.8)),
            Compare("12b", Target.Version4Scheme, Target.JwtRs256, Goal.AtLeast(1.8)),
            new("12c", "request bytes v4-named/v4-scheme", Spread.Of([(double)Of(Target.Version4Named).RequestLength / Of(Target.Version4Scheme).RequestLength]), Goal.AtMost(0.35)),
            Compare("12d", Target.Version4JsonProven, Target.Version4Json, Goal.AtLeast(0.85)),
        ];
        if (!json) writer.WriteLine(Table(contenders));
        RatioReport.Write(goals, elapsed, json, writer, ("targets", new JsonArray([.. contenders.Select(ToJson)])));

        // Of samples that were taken in the same round.
        Measurement Compare(string number, Target one, Target other, Goal goal) => new(
            number,
            $"{one.ToName()}/{other.ToName()}",
            Spread.Of([.. Of(one).Samples.Zip(Of(other).Samples, (numerator, denominator) => numerator.Rate / denominator.Rate)]),
            goal);

        Candidate Of(Target target) => contenders.Single(contender => contender.Target == target);
    }

    private static string Table(IEnumerable<Candidate> contenders) => string.Join('\n', contenders.Select(contender => string.Create(
        CultureInfo.InvariantCulture,
        $"{contender.Target.ToName(),-24}{contender.RequestLength,5} bytes{Median(contender, sample => sample.Rate),8:0} requests/s  p50 {Median(contender, sample => sample.Middle),5:0} us  p99 {Median(contender, sample => sample.Tail),5:0} us  work {Median(contender, sample => sample.Work.TotalMicroseconds),5:0.0} us  server {Median(contender, sample => sample.ServerShare):0%} of its core, generator {Median(contender, sample => sample.GeneratorShare):0%}")).Prepend("""
            Each target is a process on one core; the generator, on the other, has 32 connections with one request each on its
            way. Every assertion of version 4 comes once, and the replay memory sees to it; 256 tokens and 256 requests of
            version 3 come again and again, which its trust allows. Work is the processor time of the server, which neighbours
            on a busy machine disturb least.
            """));

    private static double Median(Candidate contender, Func<Sample, double> property) => contender.SpreadOf(property).Median;

    private static JsonNode ToJson(Candidate contender) => new JsonObject
    {
        ["name"] = contender.Target.ToName(),
        ["requestBytes"] = contender.RequestLength,
        ["requestsPerSecond"] = Math.Round(Median(contender, sample => sample.Rate)),
        ["p50Microseconds"] = Math.Round(Median(contender, sample => sample.Middle)),
        ["p99Microseconds"] = Math.Round(Median(contender, sample => sample.Tail)),
        ["workMicroseconds"] = Math.Round(Median(contender, sample => sample.Work.TotalMicroseconds), 1),
        ["serverShare"] = Math.Round(Median(contender, sample => sample.ServerShare), 2),
        ["generatorShare"] = Math.Round(Median(contender, sample => sample.GeneratorShare), 2),
    };
}
