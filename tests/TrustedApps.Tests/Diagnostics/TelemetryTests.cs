using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TrustedApps.Tests.Diagnostics;

public sealed class TelemetryTests : IDisposable
{
    // Other tests run at the same time: only what happens on behalf of this one counts.
    private static readonly AsyncLocal<TelemetryTests?> _current = new();

    private readonly List<(string Instrument, double Value, string Tags)> _measurements = [];
    private readonly List<Activity> _activities = [];
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _sources;

    public TelemetryTests()
    {
        _current.Value = this;
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "TrustedApps") listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _meters.Start();
        _sources = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "TrustedApps",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (_current.Value == this) _activities.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(_sources);
    }

    public void Dispose()
    {
        _meters.Dispose();
        _sources.Dispose();
        _current.Value = null;
    }

    [Fact]
    public async Task An_accepted_request_is_counted_and_timed()
    {
        await SlowProvider().Verify(Request.Of(ProtocolVersion.Atlassian3));
        Assert.Equal(
            [
                ("trusted_apps.verification.duration", 0.25, "trusted_apps.outcome=accepted trusted_apps.version=3"),
                ("trusted_apps.requests", 1, "trusted_apps.application.id=wiki trusted_apps.code=OK trusted_apps.outcome=accepted trusted_apps.version=3"),
            ],
            OfRequests());
    }

    [Fact]
    public async Task A_refused_request_is_counted_with_its_code()
    {
        await SlowProvider().Verify(Request.Of(ProtocolVersion.Warwick, "bob"));
        await SlowProvider().Verify(Request.Of(ProtocolVersion.Atlassian3).With(Seraph.Version, "evil"));
        Assert.Equal(
            [
                ("trusted_apps.verification.duration", 0.25, "trusted_apps.outcome=refused trusted_apps.version=warwick"),
                ("trusted_apps.requests", 1, "trusted_apps.application.id=wiki trusted_apps.code=USER_UNKNOWN trusted_apps.outcome=refused trusted_apps.rejection.reason=user.unknown trusted_apps.version=warwick"),
                ("trusted_apps.verification.duration", 0, "trusted_apps.outcome=refused trusted_apps.version=unknown"),
                ("trusted_apps.requests", 1, "trusted_apps.application.id=wiki trusted_apps.code=BAD_PROTOCOL_VERSION trusted_apps.outcome=refused trusted_apps.rejection.reason=version.not-accepted trusted_apps.version=unknown"),
            ],
            OfRequests());
    }

    [Fact]
    public async Task A_request_that_is_none_of_ours_leaves_no_trace()
    {
        await SlowProvider().Verify(new Request());
        Assert.Empty(_measurements);
        Assert.Empty(_activities);
    }

    [Fact]
    public void An_assertion_that_is_issued_is_counted()
    {
        new AssertionIssuer(Fixture.Wiki, LegacyProtocols.Warwick).Issue("fred", Fixture.Url);
        Assert.Equal(
            [
                ("trusted_apps.private_key.operations", "trusted_apps.private_key.operation=sign"),
                ("trusted_apps.private_key.duration", "trusted_apps.private_key.operation=sign"),
                ("trusted_apps.assertions.issued", "trusted_apps.version=warwick"),
            ],
            _measurements.Select(measurement => (measurement.Instrument, measurement.Tags)));
        Assert.InRange(_measurements[1].Value, 0.00001, 10); // seconds
        Activity activity = Assert.Single(_activities);
        Assert.Equal(("TrustedApps.Issue", ActivityKind.Internal), (activity.OperationName, activity.Kind)); // it calls no other process
        Assert.Equal("trusted_apps.version=warwick", Format(activity.TagObjects));
    }

    [Fact]
    public void An_assertion_of_version_4_says_whether_it_carries_its_key_grant()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4));
        var issuer = new AssertionIssuer(Fixture.Wiki, Fixture.Tracker.ToCertificate(), Fixture.Base, provider.Clock);
        issuer.Issue("fred", Fixture.Url);
        Assert.Equal(
            ("trusted_apps.assertions.issued", 1, "trusted_apps.key_grant=sent trusted_apps.version=4"),
            _measurements.Single(measurement => measurement.Instrument == "trusted_apps.assertions.issued"));
    }

    [Fact]
    public void An_assertion_that_is_not_issued_is_not_counted()
    {
        Assert.Throws<ArgumentException>(() => new AssertionIssuer(Fixture.Wiki, LegacyProtocols.Atlassian3).Issue("fr\ned", Fixture.Url));
        Assert.Empty(_measurements);
        Activity activity = Assert.Single(_activities);
        Assert.Equal(ActivityStatusCode.Error, activity.Status);
        Assert.Equal("error.type=System.ArgumentException trusted_apps.version=3", Format(activity.TagObjects));
    }

    [Fact]
    public async Task An_activity_tells_the_outcome()
    {
        await SlowProvider().Verify(Request.Of(ProtocolVersion.Atlassian3));
        await SlowProvider().Verify(Request.Of(ProtocolVersion.Atlassian3, "eve"));
        Activity[] activities = [.. _activities.Where(activity => activity.OperationName == "TrustedApps.Verify")];
        Assert.Equal(2, activities.Length);
        Assert.Equal(
            "trusted_apps.application.id=wiki trusted_apps.code=OK trusted_apps.outcome=accepted trusted_apps.version=3", Format(activities[0].TagObjects));
        Assert.Equal(ActivityStatusCode.Unset, activities[0].Status);
        Assert.Equal(
            "trusted_apps.application.id=wiki trusted_apps.code=USER_UNKNOWN trusted_apps.outcome=refused trusted_apps.rejection.reason=user.unknown trusted_apps.version=3", Format(activities[1].TagObjects));
        Assert.Equal(ActivityStatusCode.Unset, activities[1].Status); // refused as it should be
        Assert.All(activities, activity => Assert.Equal(ActivityKind.Internal, activity.Kind));
    }

    [Fact]
    public async Task What_the_provider_cannot_decide_is_an_error_of_its_own()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, [.. ProtocolVersion.All])) { Users = new SilentDirectory() };
        await provider.Verify(Request.Of(ProtocolVersion.Atlassian3));
        Activity activity = Assert.Single(_activities, activity => activity.OperationName == "TrustedApps.Verify");
        Assert.Equal((ActivityStatusCode.Error, "user.unavailable"), (activity.Status, activity.StatusDescription));
        Assert.Contains("error.type=UNAVAILABLE", Format(activity.TagObjects), StringComparison.Ordinal);
        Assert.Contains("error.type=UNAVAILABLE", OfRequests()[^1].Item3, StringComparison.Ordinal);
    }

    // A thousand ids at most, of trusted applications only: those of strangers would be as many as they like.
    [Fact]
    public async Task A_stranger_is_like_any_other_stranger()
    {
        await SlowProvider().Verify(Request.Of(ProtocolVersion.Atlassian3).With(Seraph.Id, "stranger"));
        Assert.StartsWith("trusted_apps.application.id=_OTHER trusted_apps.code=APP_UNKNOWN", OfRequests()[^1].Item3, StringComparison.Ordinal);
    }

    // Usual after a start: neither a failure in the metrics nor an error in the traces.
    [Fact]
    public async Task A_grant_that_is_needed_is_an_outcome_of_its_own()
    {
        await new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4)).Verify(Craft4.Request().Without(Seraph.Key));
        Assert.Equal(("trusted_apps.requests", 1, "trusted_apps.application.id=wiki trusted_apps.code=GRANT_NEEDED trusted_apps.outcome=grant_needed trusted_apps.rejection.reason=grant.needed trusted_apps.version=4"), OfRequests().Last());
        Assert.Equal(ActivityStatusCode.Unset, Assert.Single(_activities, activity => activity.OperationName == "TrustedApps.Verify").Status);
    }

    [Fact]
    public async Task Neither_users_nor_ids_of_strangers_nor_urls_are_told()
    {
        Provider provider = SlowProvider();
        Request[] requests =
        [
            Request.Of(ProtocolVersion.Atlassian3),
            Request.Of(ProtocolVersion.Atlassian3, "eve"),
            Request.Of(ProtocolVersion.Atlassian3).With(Seraph.Id, "stranger"),
            Request.Of(ProtocolVersion.Atlassian3).With(Seraph.Version, "stranger"),
            Request.Of(ProtocolVersion.Atlassian3) with { Host = "stranger.example" },
            Request.Of(ProtocolVersion.Atlassian3) with { Method = "STRANGER" },
        ];
        foreach (Request request in requests) await provider.Verify(request);
        new AssertionIssuer(Fixture.Wiki, LegacyProtocols.Atlassian3).Issue("fred", Fixture.Url);

        string told = string.Join(' ', _measurements.Select(measurement => measurement.Tags))
            + string.Join(' ', _activities.Select(activity => Format(activity.TagObjects) + activity.DisplayName + activity.StatusDescription));
        Assert.NotEmpty(told);
        Assert.All(["fred", "eve", "stranger", "STRANGER", "tracker", "issues"], word => Assert.DoesNotContain(word, told, StringComparison.Ordinal));
    }

    private static string Format(IEnumerable<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', tags.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal));

    // Its user resolver takes a quarter of a second, by the clock of the test.
    private static Provider SlowProvider()
    {
        var users = new SlowResolver();
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, [.. ProtocolVersion.All])) { Users = users };
        users.Clock = provider.Clock;
        return provider;
    }

    private (string, double, string)[] OfRequests() =>
        [.. _measurements.Where(measurement => measurement.Instrument is "trusted_apps.requests" or "trusted_apps.verification.duration")];

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_current.Value == this) _measurements.Add((instrument.Name, value, Format(tags.ToArray())));
    }

    private sealed class SilentDirectory : IUserResolver
    {
        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken) =>
            new(UserResolution.Unavailable);
    }

    private sealed class SlowResolver : IUserResolver
    {
        public FakeTimeProvider? Clock { get; set; }

        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken)
        {
            Clock?.Advance(TimeSpan.FromMilliseconds(250));
            return new(name == "fred" ? UserResolution.Known(name) : UserResolution.Unknown);
        }
    }
}
