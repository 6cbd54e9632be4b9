using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.Tests;

/// <summary>Meter and activity source are the process's own: nothing may run beside these tests.</summary>
[CollectionDefinition(nameof(TelemetryTests), DisableParallelization = true)]
[Collection(nameof(TelemetryTests))]
public sealed class TelemetryTests
{
    [Fact]
    public async Task Requests_are_counted_by_application_outcome_code_version_and_reason_and_by_nothing_else()
    {
        using var meter = new MeterRecorder();

        await SendOneOfEachAsync();

        Assert.Equal(
            [
                "_OTHER APP_UNKNOWN refused 3 application.unknown",
                "wiki BAD_PROTOCOL_VERSION refused unknown version.not-accepted",
                "wiki OK accepted 2",
                "wiki OK accepted 3",
                "wiki OK accepted warwick",
                "wiki SYSTEM refused 3 headers.mixed-dialects",
                "wiki USER_UNKNOWN refused 3 user.unknown",
            ],
            meter.Of("trusted_apps.requests").Order());
        Assert.Equal(["accepted 2", "accepted 3", "accepted warwick", "refused 3", "refused 3", "refused 3", "refused unknown"], meter.Of("trusted_apps.verification.duration").Order());
        string[] tags = ["application.id", "code", "outcome", "private_key.operation", "rejection.reason", "version"];
        Assert.Equal(tags.Select(tag => $"trusted_apps.{tag}"), meter.TagNames.Order());
    }

    [Fact]
    public async Task No_user_and_no_id_of_a_stranger_is_among_the_tags()
    {
        using var meter = new MeterRecorder();

        await SendOneOfEachAsync();

        Assert.NotEmpty(meter.Measurements);
        foreach (string text in new[] { "fred", "ann", "blog" })
        {
            Assert.DoesNotContain(meter.Measurements, measurement => measurement.Tags.Any(tag => tag.Value!.ToString()!.Contains(text, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Issued_assertions_are_counted_by_version()
    {
        using var meter = new MeterRecorder();

        await SendOneOfEachAsync();

        Assert.Equal(["2", "3", "3", "3", "3", "3", "warwick"], meter.Of("trusted_apps.assertions.issued").Order());
    }

    [Fact]
    public async Task Each_verification_is_an_activity_with_its_outcome()
    {
        var activities = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "TrustedApps",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activities.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        await SendOneOfEachAsync();

        Activity[] judged = [.. activities.Where(activity => activity.OperationName == "TrustedApps.Verify" && activity.GetTagItem("trusted_apps.outcome") is not null)];
        Assert.Equal(7, judged.Length);
        Assert.All(judged, activity =>
        {
            string[] reason = activity.GetTagItem("trusted_apps.outcome") is "refused" ? ["trusted_apps.rejection.reason"] : [];
            string[] expected = ["trusted_apps.application.id", "trusted_apps.code", "trusted_apps.outcome", .. reason, "trusted_apps.version"];
            Assert.Equal(expected, activity.Tags.Select(tag => tag.Key).Order());
        });
        Assert.All(judged, activity => Assert.Equal((ActivityStatusCode.Unset, ActivityKind.Internal), (activity.Status, activity.Kind))); // refused as they should be
        Assert.Equal(7, activities.Count(activity => activity.OperationName == "TrustedApps.Issue" && activity.Kind == ActivityKind.Internal));
        Assert.DoesNotContain(activities, activity => activity.OperationName == "TrustedApps.Verify" && !judged.Contains(activity)); // an ordinary request is none of ours
    }

    private static async Task SendOneOfEachAsync()
    {
        await using KestrelServer server = await TestProvider.StartAsync(
            options => options.Applications.Add(TestProvider.Trust(TestKeys.Wiki, "2", "3", "warwick")),
            services => services.AddSingleton(UserResolvers.List(["fred"])));

        await server.GetAsync("/open");
        await server.Request("/open").SendAsync();
        await server.Request("/open", version: ProtocolVersion.Atlassian2).SendAsync();
        await server.Request("/open", version: ProtocolVersion.Warwick).SendAsync();
        await server.Request("/open", "ann").SendAsync();
        await server.Request("/open", keys: TestKeys.Blog).SendAsync();
        await server.Request("/open").With("X-Seraph-Trusted-App-Version", "fred").SendAsync();
        await server.Request("/open").With("X-Trusted-App-Cert", "ann").SendAsync();
    }

    private sealed class MeterRecorder : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<Measurement> _measurements = new();

        public MeterRecorder()
        {
            _listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == "TrustedApps") listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.Start();
        }

        public IReadOnlyCollection<Measurement> Measurements => _measurements;

        public IEnumerable<string> TagNames => _measurements.SelectMany(measurement => measurement.Tags).Select(tag => tag.Key).Distinct();

        /// <summary>The values of the tags of each measurement.</summary>
        public IEnumerable<string> Of(string instrument) => _measurements
            .Where(measurement => measurement.Instrument == instrument)
            .Select(measurement => string.Join(' ', measurement.Tags.Select(tag => tag.Value)));

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            Assert.InRange(value, 0, 60); // one request, or its seconds
            _measurements.Enqueue(new Measurement(instrument.Name, tags.ToArray()));
        }
    }

    private sealed record Measurement(string Instrument, KeyValuePair<string, object?>[] Tags);
}
