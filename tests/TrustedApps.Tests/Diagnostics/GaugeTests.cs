using System.Diagnostics.Metrics;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Replay;

namespace TrustedApps.Tests.Diagnostics;

/// <summary>What is read when metrics are collected. Other tests have objects too: each test looks at an id of its own.</summary>
public sealed class GaugeTests : IDisposable
{
    private readonly List<(string Instrument, double Value, string[] Tags)> _measurements = [];
    private readonly MeterListener _meters = new();

    public GaugeTests()
    {
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "TrustedApps" && instrument.IsObservable) listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _meters.Start();
    }

    public void Dispose() => _meters.Dispose();

    [Fact]
    public async Task The_replay_keys_of_an_application_and_the_share_of_its_room_that_they_take()
    {
        using var cache = new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true, CapacityPerApplication = 8 });
        long now = Fixture.Stamp;
        for (int number = 0; number < 6; number++)
        {
            await cache.TryAddAsync(ReplayEntry.Once("gauge-replay", (UInt128)(uint)number, now, now + 90_000, now), TestContext.Current.CancellationToken);
        }

        Assert.Equal(6, Find("trusted_apps.replay.entries", "gauge-replay"));
        Assert.Equal(0.75, Find("trusted_apps.replay.utilization", "gauge-replay"));
    }

    [Fact]
    public async Task A_cache_full_of_expired_replay_keys_is_not_nearly_full()
    {
        var time = new ManualTimeProvider();
        using var cache = new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true, CapacityPerApplication = 8 }, time);
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        for (int number = 0; number < 8; number++)
        {
            await cache.TryAddAsync(ReplayEntry.Once("gauge-expired", (UInt128)(uint)number, now, now + 90_000, now), TestContext.Current.CancellationToken);
        }

        Assert.Equal(1, Find("trusted_apps.replay.utilization", "gauge-expired"));
        time.Advance(TimeSpan.FromMinutes(3)); // nothing else comes, so they are still held

        Assert.Equal(8, Find("trusted_apps.replay.entries", "gauge-expired"));
        Assert.Equal(0, Find("trusted_apps.replay.utilization", "gauge-expired"));
    }

    [Fact]
    public async Task The_key_grants_of_an_application_that_are_kept()
    {
        ApplicationKeys keys = ThrowAwayKeys.Of("gauge-grants", 3);
        var provider = new Provider(Fixture.Trust(keys, ProtocolVersion.Version4));
        for (int process = 0; process < 2; process++)
        {
            var issuer = new AssertionIssuer(keys, Fixture.Tracker.ToCertificate(), Fixture.Base, provider.Clock);
            Assert.Equal("OK fred", await provider.Answer(Request.Carrying(issuer.Issue("fred", Fixture.Url))));
        }

        Assert.Equal(2, Find("trusted_apps.key_grants", "gauge-grants"));
        GC.KeepAlive(provider);
    }

    [Fact]
    public void The_age_of_a_certificate_and_whether_another_one_is_held()
    {
        ApplicationKeys keys = ThrowAwayKeys.Of("gauge-certificate", 4, Fixture.Now.AddDays(-10));
        CertificateRecord record = CertificateRecord.Establish(keys.ToCertificate(), BaseUrl.Parse("https://wiki.example"), Fixture.Now.AddDays(-2));
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"] };
        var trusts = new InMemoryTrustStore(new TrustedApplication(record, conditions));
        using var client = new CertificateClient();
        var refresher = new CertificateRefresher(trusts, client, options: null, new ManualTimeProvider(Fixture.Now), logger: null);
        Assert.Equal(TimeSpan.FromDays(2).TotalSeconds, Find("trusted_apps.certificate.age", keys.Id));
        Assert.Equal(0, Find("trusted_apps.certificate.held", keys.Id));

        ApplicationCertificate next = keys.PublishNext(Fixture.Now.AddDays(-1)).ToCertificate();
        trusts.Replace(trusts.Find(keys.Id)!.With(record.Offer(next, Fixture.Now).Record));

        Assert.Equal(1, Find("trusted_apps.certificate.held", keys.Id));
        GC.KeepAlive(refresher);
    }

    [Fact]
    public void A_correction_of_the_clock_with_its_sign()
    {
        var issuer = new AssertionIssuer(Fixture.Wiki, Fixture.Tracker.ToCertificate(), BaseUrl.Parse("https://gauge-clock.example:8443/app"), new ManualTimeProvider(Fixture.Now));
        Assert.Equal(0, Find("trusted_apps.client.clock_correction", "gauge-clock.example", "8443"));
        Assert.True(issuer.TryCorrectClock(TimeSpan.FromSeconds(-90.5)));
        Assert.Equal(-90.5, Find("trusted_apps.client.clock_correction", "gauge-clock.example", "8443"));
        GC.KeepAlive(issuer);
    }

    private double Find(string instrument, params string[] tags)
    {
        _measurements.Clear();
        _meters.RecordObservableInstruments();
        return Assert.Single(_measurements, measurement => measurement.Instrument == instrument && tags.All(measurement.Tags.Contains)).Value;
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measurements.Add((instrument.Name, value, [.. tags.ToArray().Select(tag => $"{tag.Value}")]));
}
