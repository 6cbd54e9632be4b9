using TrustedApps.Health;
using TrustedApps.Hosting;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Health;

public sealed class OwnKeyReadingsTests
{
    private static readonly DateTimeOffset _made = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ApplicationKeys _keys = ThrowAwayKeys.Of("tracker", 2, _made);

    [Fact]
    public void Keys_are_healthy_for_two_years_and_then_to_be_rotated()
    {
        HealthReading reading = Assert.Single(Read(_keys, _made.AddDays(730)));
        Assert.Equal(("keys:tracker:changed_at", "2026-11-01T12:00:00Z", null), (reading.Name, reading.Value, reading.Problem));
        Assert.Equal("The keys of 'tracker' are the same since 2026-11-01T12:00:00Z, for more than two years: rotate them.", ProblemAt(_keys, _made.AddDays(730).AddSeconds(1)));
    }

    [Fact]
    public void A_rotation_that_was_begun_is_to_be_completed_within_a_week()
    {
        DateTimeOffset begun = _made.AddDays(10);
        ApplicationKeys published = _keys.WithNext(begun);

        Assert.Null(ProblemAt(published, begun.AddDays(7)));
        Assert.Equal(
            "The rotation of the keys of 'tracker' began at 2026-11-11T12:00:00Z and was not completed: complete it with 'trusted-apps certificate rotate' or on the administrator's pages.",
            ProblemAt(published, begun.AddDays(7).AddSeconds(1)));
        Assert.Null(ProblemAt(published.Rotate(begun.AddDays(8)), begun.AddDays(20)));
    }

    [Fact]
    public void An_encryption_key_that_is_used_an_hour_longer_than_it_should_be_is_overdue()
    {
        ApplicationKeys daily = _keys.RotateEncryptionKeys(_made, TimeSpan.FromDays(1));
        DateTimeOffset due = _made.AddDays(1);

        Assert.Null(ProblemAt(daily, due.AddHours(1)));
        Assert.Equal(
            "The encryption key of 'tracker' should have been rotated at 2026-11-02T12:00:00Z, and was not: see the log for event 69 or 78.", ProblemAt(daily, due.AddHours(1).AddSeconds(1)));
    }

    [Fact]
    public void Keys_that_are_not_loaded_yet_say_nothing() => Assert.Empty(OwnKeyReadings.Read(new KeyFileStore("missing.json"), _made));

    [Fact]
    public void A_rotation_of_a_key_source_lasts_longer_and_is_completed_in_its_settings()
    {
        using var folder = new ScratchFolder();
        KeyLocationOptions Of(int number) => new() { Path = folder.Write($"{number}.pem", ThrowAwayKeys.Pem(number)) };
        using var store = new KeySourceStore(
            new() { Id = "tracker", SigningKey = Of(10), EncryptionKey = Of(11), OtherSigningKey = Of(12), ChangedAt = _made },
            new ManualTimeProvider(_made.AddDays(14)));
        store.Load();
        Assert.DoesNotContain(OwnKeyReadings.Read(store, _made.AddDays(14)), reading => reading.Problem is not null);
        HealthReading degraded = Assert.Single(OwnKeyReadings.Read(store, _made.AddDays(14).AddSeconds(1)), reading => reading.Problem is not null);
        Assert.Contains("remove KeySource:OtherSigningKey 7 days after", degraded.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_that_reports_itself_is_asked()
    {
        IEnumerable<HealthReading> readings = OwnKeyReadings.Read(new ReportingStore(), _made);

        Assert.Equal(["keys:tracker:changed_at", "mine"], readings.Select(reading => reading.Name));
    }

    [Fact]
    public void A_store_that_fails_hides_nothing_of_its_keys()
    {
        IEnumerable<HealthReading> readings = OwnKeyReadings.Read(new ReportingStore { Fails = true }, _made);

        Assert.Equal(["keys:tracker:changed_at", "fault:ReportingStore"], readings.Select(reading => reading.Name));
    }

    private static string? ProblemAt(ApplicationKeys keys, DateTimeOffset now) => string.Join('|', Read(keys, now).Select(reading => reading.Problem).OfType<string>()) is { Length: > 0 } text ? text : null;

    private static IEnumerable<HealthReading> Read(ApplicationKeys keys, DateTimeOffset now) => OwnKeyReadings.Read(new FixedKeyStore(keys), now);

    private sealed class ReportingStore : IKeyStore, IHealthSource
    {
        public ApplicationKeys Keys => _keys;

        public ValueTask LoadAsync(CancellationToken cancellationToken) => default;

        public Task<ApplicationKeys> ChangeAsync(Func<ApplicationKeys, ApplicationKeys> change, CancellationToken cancellationToken) => throw new NotSupportedException();

        public bool Fails { get; init; }

        public IEnumerable<HealthReading> ReadHealth() => Fails ? throw new NotSupportedException() : [HealthReading.Healthy("mine", 1)];
    }
}
