using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace TrustedApps.OpenTelemetry.Tests;

/// <summary>What the SDK of OpenTelemetry makes of the metrics.</summary>
[Collection(nameof(Exchange))] // meters and sources are the process's own: one test at a time
public sealed class MetricsTests : IDisposable
{
    private readonly List<MetricSnapshot> _exported = [];
    private readonly MeterProvider _provider;

    public MetricsTests() => _provider = Sdk.CreateMeterProviderBuilder()
        .AddTrustedAppsInstrumentation()
        .AddInMemoryExporter(_exported, options => options.TemporalityPreference = MetricReaderTemporalityPreference.Delta)
        .Build();

    public void Dispose() => _provider.Dispose();

    [Fact]
    public async Task Requests_over_Kestrel_give_one_point_for_each_application_and_outcome()
    {
        await using Exchange exchange = await Exchange.StartAsync();
        await exchange.AskAsync("fred");
        await exchange.AskAsync("fred");
        await exchange.AskAsync("eve", 401);
        await exchange.AskAsStrangerAsync();

        Collect();

        Assert.Equal(
            [
                "2: application.id=wiki code=OK outcome=accepted version=4",
                "1: application.id=wiki code=USER_UNKNOWN outcome=refused rejection.reason=user.unknown version=4",
                "1: application.id=_OTHER code=APP_UNKNOWN outcome=refused rejection.reason=application.unknown version=3",
            ],
            PointsOf("trusted_apps.requests"));
        Assert.Equal(["2: outcome=accepted version=4", "1: outcome=refused version=4", "1: outcome=refused version=3"], PointsOf("trusted_apps.verification.duration"));
        Assert.Equal(
            [
                $"2: outcome=accepted server.address=127.0.0.1 server.port={exchange.Origin.Port} version=4",
                $"1: code=USER_UNKNOWN error.type=USER_UNKNOWN outcome=refused server.address=127.0.0.1 server.port={exchange.Origin.Port} version=4",
            ],
            PointsOf("trusted_apps.client.requests"));
        Assert.Equal(["1: key_grant=sent version=4", "2: key_grant=named version=4"], PointsOf("trusted_apps.assertions.issued").Where(point => point.Contains("version=4", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_buckets_of_verifications_separate_microseconds_from_seconds()
    {
        await using Exchange exchange = await Exchange.StartAsync();
        for (int number = 0; number < 50; number++) await exchange.AskAsync("fred");

        Collect();

        MetricPoint accepted = Assert.Single(Find("trusted_apps.verification.duration").MetricPoints, point => Describe(point).StartsWith("outcome=accepted", StringComparison.Ordinal));
        var buckets = new List<(double Bound, long Count)>();
        foreach (HistogramBucket bucket in accepted.GetHistogramBuckets()) buckets.Add((bucket.ExplicitBound, bucket.BucketCount));
        Assert.Equal((0.00001, 10, double.PositiveInfinity), (buckets[0].Bound, buckets[^2].Bound, buckets[^1].Bound));
        Assert.Equal(50, buckets.Sum(bucket => bucket.Count));
        Assert.True(buckets.Where(bucket => bucket.Bound <= 0.01).Sum(bucket => bucket.Count) >= 25, string.Join(", ", buckets)); // most take less than 10 ms on any machine
        Assert.Equal("s", Find("trusted_apps.verification.duration").Unit);
    }

    [Fact]
    public async Task Gauges_tell_the_state_of_the_provider()
    {
        await using Exchange exchange = await Exchange.StartAsync();
        await exchange.AskAsync("fred");

        Collect();

        Assert.Equal(["positive: trust.state=in_force", "0: trust.state=pending"], SignsOf("trusted_apps.trusts"));
        Assert.Equal(["positive: "], SignsOf("trusted_apps.trust_store.available"));
        Assert.Equal(["positive: application.id=wiki"], SignsOf("trusted_apps.key_grants"));
        Assert.Equal(["positive: application.id=wiki"], SignsOf("trusted_apps.replay.entries"));
        Assert.Equal(["positive: application.id=wiki"], SignsOf("trusted_apps.replay.utilization"));
        Assert.Equal(["positive: "], SignsOf("trusted_apps.private_key.age"));
        Assert.Equal(["positive: "], SignsOf("trusted_apps.private_key.time_to_rotation"));
        Assert.Contains("0: application.id=tracker", SignsOf("trusted_apps.certificate.held")); // the wiki's pinned provider
        Assert.Single(SignsOf("trusted_apps.certificate.age"), point => point.EndsWith("application.id=tracker", StringComparison.Ordinal));
        Assert.Contains($"0: server.address=127.0.0.1 server.port={exchange.Origin.Port}", SignsOf("trusted_apps.client.clock_correction"));

        // objects of tests before may still be there, and count
        IEnumerable<string> SignsOf(string name) => PointsOf(name).Select(point => point.StartsWith("0:", StringComparison.Ordinal) ? point : $"positive{point[point.IndexOf(':', StringComparison.Ordinal)..]}");
    }

    private void Collect()
    {
        _exported.Clear();
        Assert.True(_provider.ForceFlush());
    }

    private MetricSnapshot Find(string name) => Assert.Single(_exported, metric => metric.Name == name);

    /// <summary>Number and tags of each point, without the prefix of the names.</summary>
    private List<string> PointsOf(string name)
    {
        MetricSnapshot metric = Find(name);
        return [.. metric.MetricPoints.Select(point => string.Create(CultureInfo.InvariantCulture, $"{ValueOf(metric, point)}: {Describe(point)}"))];
    }

    private static double ValueOf(MetricSnapshot metric, in MetricPoint point) => metric.MetricType switch
    {
        MetricType.LongSum => point.GetSumLong(),
        MetricType.Histogram => point.GetHistogramCount(),
        MetricType.LongSumNonMonotonic => point.GetSumLong(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        MetricType.DoubleGauge => point.GetGaugeLastValueDouble(),
        _ => throw new NotSupportedException($"{metric.Name} is a {metric.MetricType}."),
    };

    private static string Describe(in MetricPoint point)
    {
        var tags = new List<string>();
        foreach ((string name, object? value) in point.Tags) tags.Add($"{name.Replace("trusted_apps.", "", StringComparison.Ordinal)}={value}");
        return string.Join(' ', tags.Order(StringComparer.Ordinal));
    }
}
