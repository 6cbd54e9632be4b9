using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Keys;

/// <summary>version-4.md, section 2: "Encryption keys rotate by themselves", and what a retired one is kept for.</summary>
public class EncryptionKeyScheduleTests
{
    private static readonly DateTimeOffset _start = Fixture.Now;
    private static readonly TimeSpan _day = TimeSpan.FromDays(1);
    private static readonly TimeSpan _afterlife = new(50, 1, 0);

    [Fact]
    public void The_first_time_a_key_gets_its_end_and_the_certificate_stays_as_it_is()
    {
        ApplicationKeys keys = New(), scheduled = keys.RotateEncryptionKeys(_start, _day);

        Assert.Equal(_start, keys.FindNextRotation(_start, _day));
        Assert.Equal(_start + _day, Current(scheduled).DueAt);
        Assert.Equal(keys.CertificateChangedAt(_start), scheduled.CertificateChangedAt(_start));
        Assert.Equal(_start + _day - TimeSpan.FromHours(2), scheduled.FindNextRotation(_start, _day));
        Assert.Same(scheduled, scheduled.RotateEncryptionKeys(_start + _day - TimeSpan.FromHours(2) - TimeSpan.FromTicks(1), _day));
    }

    [Fact]
    public void The_next_key_is_listed_second_for_two_hours_and_then_first()
    {
        ApplicationKeys first = New().RotateEncryptionKeys(_start, _day);
        ApplicationKeys published = first.RotateEncryptionKeys(_start.AddHours(22), _day);
        string next = Thumbprint(published, KeyStatus.Next);

        Assert.Equal([Thumbprint(first), next], Listed(published, _start.AddHours(22)));
        Assert.Same(published, published.RotateEncryptionKeys(_start.AddHours(24).AddTicks(-1), _day));
        ApplicationKeys rotated = published.RotateEncryptionKeys(_start.AddHours(24), _day);
        Assert.Equal([next], Listed(rotated, _start.AddHours(24)));
        Assert.Equal(_start.AddHours(24), Assert.Single(rotated.Keys, key => key.Status == KeyStatus.Retired).RetiredAt);
        Assert.Equal(_start.AddHours(48), Current(rotated).DueAt);
        Assert.Equal(2048, Current(rotated).PublicKey.Bits);
    }

    [Fact]
    public void A_retired_key_opens_for_50_hours_and_a_minute_and_is_gone_then()
    {
        ApplicationKeys keys = At(_start.AddHours(24));
        string first = Thumbprint(New());
        DateTimeOffset end = _start.AddHours(24) + _afterlife;

        Assert.NotNull(At(end.AddSeconds(-1)).FindEncryptionKey(first, end.AddTicks(-1)));
        Assert.Null(keys.FindEncryptionKey(first, end)); // also where nothing has removed it
        Assert.DoesNotContain(At(end).Keys, key => key.PublicKey.Thumbprint == first);
        Assert.Contains(At(end.AddSeconds(-1)).Keys, key => key.PublicKey.Thumbprint == first);
    }

    [Fact]
    public void For_ten_days_what_was_listed_first_opens_as_long_as_it_must_and_no_longer()
    {
        ApplicationKeys keys = New();
        var listedFirst = new List<(DateTimeOffset At, string Key)>();
        DateTimeOffset issuedAt = DateTimeOffset.MinValue;
        for (DateTimeOffset now = _start; now < _start.AddDays(10); now += TimeSpan.FromMinutes(30))
        {
            ApplicationKeys before = keys;
            keys = keys.RotateEncryptionKeys(now, _day);
            string[] listed = Listed(keys, now);
            listedFirst.Add((now, listed[0]));
            Assert.All(listedFirst.Where(then => now - then.At < _afterlife), then => Assert.NotNull(keys.FindEncryptionKey(then.Key, now)));
            Assert.All(
                listedFirst.Where(then => now - then.At > _day + _afterlife),
                then => Assert.DoesNotContain(keys.Keys, key => key.PublicKey.Thumbprint == then.Key));
            Assert.InRange(listed.Length, 1, 2);
            Assert.True(keys.CertificateChangedAt(now) >= issuedAt);
            Assert.True(listed.SequenceEqual(Listed(before, now)) || keys.CertificateChangedAt(now) > issuedAt);
            issuedAt = keys.CertificateChangedAt(now);
        }

        Assert.Equal(10, listedFirst.Select(then => then.Key).Distinct().Count());
    }

    [Fact]
    public void A_backup_of_four_days_ago_brings_no_destroyed_key_back()
    {
        ApplicationKeys backup = At(_start.AddHours(1));
        DateTimeOffset restored = _start.AddHours(1).AddDays(4);
        ApplicationKeys keys = backup.RotateEncryptionKeys(restored, _day);

        Assert.DoesNotContain(keys.Keys, key => key.PublicKey.Thumbprint == Thumbprint(backup));
        Assert.Equal([Thumbprint(keys)], Listed(keys, restored)); // in use at once
        Assert.Equal(restored, keys.CertificateChangedAt(restored));
        Assert.Equal(restored + _day, Current(keys).DueAt);
        Assert.Single(keys.Keys, key => key.Use == KeyUse.Encryption);
    }

    [Fact]
    public void A_key_that_a_backup_has_as_next_is_destroyed_as_well_once_its_time_is_over()
    {
        ApplicationKeys backup = At(_start.AddHours(23));
        string next = Thumbprint(backup, KeyStatus.Next);
        DateTimeOffset end = _start.AddHours(48) + _afterlife; // in use from the first day to the second

        Assert.NotNull(backup.RotateEncryptionKeys(end.AddSeconds(-1), _day).FindEncryptionKey(next, end.AddSeconds(-1)));
        ApplicationKeys keys = backup.RotateEncryptionKeys(end, _day);
        Assert.DoesNotContain(keys.Keys, key => key.PublicKey.Thumbprint == next);
        Assert.Single(keys.Keys, key => key.Use == KeyUse.Encryption);
    }

    [Fact]
    public void A_backup_of_two_days_ago_keeps_its_key_as_long_as_the_schedule_has_it()
    {
        ApplicationKeys backup = At(_start.AddHours(1));
        DateTimeOffset restored = _start.AddHours(49), end = _start.AddHours(24) + _afterlife;
        ApplicationKeys keys = backup.RotateEncryptionKeys(restored, _day);

        Assert.Equal([Thumbprint(backup), Thumbprint(keys, KeyStatus.Next)], Listed(keys, restored));
        Assert.Equal(restored, keys.CertificateChangedAt(restored));
        keys = keys.RotateEncryptionKeys(restored.AddHours(2), _day);
        Assert.NotNull(keys.FindEncryptionKey(Thumbprint(backup), end.AddSeconds(-1)));
        Assert.Null(keys.FindEncryptionKey(Thumbprint(backup), end)); // as if it had been retired in time
    }

    [Fact]
    public void A_next_key_takes_the_place_of_one_that_is_destroyed_before_its_turn()
    {
        DateTimeOffset end = _start.AddHours(24) + _afterlife;
        ApplicationKeys late = At(_start).RotateEncryptionKeys(end.AddHours(-1), _day); // publishes it
        string next = Thumbprint(late, KeyStatus.Next);

        ApplicationKeys keys = late.RotateEncryptionKeys(end, _day);
        Assert.Equal([next], Listed(keys, end));
        Assert.DoesNotContain(keys.Keys, key => key.PublicKey.Thumbprint == Thumbprint(late));
    }

    [Fact]
    public void Never_means_that_only_what_is_retired_is_removed()
    {
        ApplicationKeys keys = At(_start.AddHours(24));
        ApplicationKeys manual = keys.RotateEncryptionKeys(_start.AddHours(25), TimeSpan.Zero);

        Assert.Null(Current(manual).DueAt);
        Assert.Equal(_start.AddHours(24) + _afterlife, manual.FindNextRotation(_start.AddHours(25), TimeSpan.Zero));
        ApplicationKeys later = manual.RotateEncryptionKeys(_start.AddDays(90), TimeSpan.Zero);
        Assert.Equal(Thumbprint(keys), Thumbprint(later));
        Assert.Single(later.Keys, key => key.Use == KeyUse.Encryption);
        Assert.Null(later.FindNextRotation(_start.AddDays(90), TimeSpan.Zero));
        Assert.Same(later, later.RotateEncryptionKeys(_start.AddDays(900), TimeSpan.Zero));
    }

    [Fact]
    public void A_destroyed_key_does_not_come_back_where_the_rotation_was_ended_in_between()
    {
        ApplicationKeys backup = At(_start.AddHours(1));
        DateTimeOffset end = _start.AddHours(24) + _afterlife;
        Assert.Equal(Thumbprint(backup), Thumbprint(backup.RotateEncryptionKeys(end.AddSeconds(-1), TimeSpan.Zero)));
        Assert.Equal(Thumbprint(backup), Thumbprint(backup.RotateEncryptionKeys(end, TimeSpan.Zero, isInUse: true)));
        ApplicationKeys keys = backup.RotateEncryptionKeys(end, TimeSpan.Zero);
        Assert.NotEqual(Thumbprint(backup), Thumbprint(keys));
        Assert.Null(Current(keys).DueAt);
        Assert.Single(keys.Keys, key => key.Use == KeyUse.Encryption);
        Assert.Same(keys, keys.RotateEncryptionKeys(end.AddDays(900), TimeSpan.Zero));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    public void Keys_that_have_been_in_use_until_a_late_step_are_kept_as_long_as_others_may_wrap_to_them(int hours)
    {
        ApplicationKeys first = At(_start);
        DateTimeOffset late = _start.AddHours(24 + hours), rotated = late.AddHours(2 + hours);
        ApplicationKeys published = first.RotateEncryptionKeys(late, _day, isInUse: true);
        Assert.Equal([Thumbprint(first), Thumbprint(published, KeyStatus.Next)], Listed(published, late));
        Assert.Equal(late.AddHours(2), Current(published).DueAt); // for processes that have not used them
        Assert.Same(published, published.RotateEncryptionKeys(late, _day));

        ApplicationKeys keys = published.RotateEncryptionKeys(rotated, _day, isInUse: true);
        Assert.NotNull(keys.FindEncryptionKey(Thumbprint(first), rotated + _afterlife - TimeSpan.FromSeconds(1)));
        Assert.Null(keys.FindEncryptionKey(Thumbprint(first), rotated + _afterlife));
        Assert.Equal(Thumbprint(published, KeyStatus.Next), Thumbprint(keys));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_certificate_from_the_future_is_issued_now(int days)
    {
        var interval = TimeSpan.FromDays(days);
        ApplicationKeys keys = At(_start).WithNext(_start.AddSeconds(30)).RotateEncryptionKeys(_start, interval);
        Assert.Equal(_start.AddSeconds(30), keys.CertificateChangedAt(_start)); // others accept it
        ApplicationKeys ahead = At(_start).WithNext(_start.AddSeconds(31));
        Assert.Equal(_start, ahead.FindNextRotation(_start, interval));
        ApplicationKeys corrected = ahead.RotateEncryptionKeys(_start, interval);
        Assert.Equal(_start, corrected.CertificateChangedAt(_start));
        Assert.Same(corrected, corrected.RotateEncryptionKeys(_start, interval));
    }

    [Fact]
    public void Retired_signing_keys_are_removed_too_and_the_certificate_says_when_they_left()
    {
        ApplicationKeys retired = New().WithNext(_start).Rotate(_start.AddHours(1)).RotateEncryptionKeys(_start.AddHours(1), TimeSpan.FromDays(90));
        DateTimeOffset end = _start.AddHours(1).AddDays(7);

        Assert.Contains(retired.RotateEncryptionKeys(end.AddSeconds(-1), TimeSpan.FromDays(90)).Keys, key => key is { Use: KeyUse.Signature, Status: KeyStatus.Retired });
        ApplicationKeys keys = retired.RotateEncryptionKeys(end.AddHours(9), TimeSpan.FromDays(90));
        Assert.DoesNotContain(keys.Keys, key => key.Status == KeyStatus.Retired);
        Assert.Equal(end, keys.CertificateChangedAt(end.AddHours(9)));
    }

    [Fact]
    public void A_shorter_interval_and_a_clock_that_was_ahead_are_followed_from_now_on()
    {
        ApplicationKeys rare = New().RotateEncryptionKeys(_start, TimeSpan.FromDays(90));
        Assert.Equal(_start.AddDays(3), Current(rare.RotateEncryptionKeys(_start.AddDays(2), _day)).DueAt);

        ApplicationKeys ahead = At(_start.AddHours(23)); // has a next key for a time that is far ahead
        ApplicationKeys corrected = ahead.RotateEncryptionKeys(_start.AddDays(-9), _day);
        Assert.Equal(_start.AddDays(-8), Current(corrected).DueAt);
        Assert.Same(corrected, corrected.RotateEncryptionKeys(_start.AddDays(-8).AddHours(-3), _day));
        ApplicationKeys rotated = corrected.RotateEncryptionKeys(_start.AddDays(-8).AddHours(-1), _day).RotateEncryptionKeys(_start.AddDays(-8).AddHours(1), _day);
        Assert.Equal(Thumbprint(ahead, KeyStatus.Next), Thumbprint(rotated));
    }

    [Fact]
    public void An_administrator_rotates_signing_keys_alone_where_the_others_rotate_by_themselves()
    {
        ApplicationKeys keys = At(_start.AddHours(23));
        ApplicationKeys published = keys.PublishNext(_start.AddHours(23));
        Assert.Equal(Listed(keys, _start), Listed(published, _start));
        Assert.Contains(published.Keys, key => key is { Use: KeyUse.Signature, Status: KeyStatus.Next });

        ApplicationKeys rotated = published.Rotate(_start.AddHours(23));
        Assert.Equal(Listed(keys, _start), Listed(rotated, _start));
        Assert.Contains(rotated.Keys, key => key is { Use: KeyUse.Signature, Status: KeyStatus.Retired });
        Assert.Throws<InvalidOperationException>(() => keys.Rotate(_start.AddHours(23))); // there is a next encryption key, and no signing key
        Assert.Single(Listed(At(_start).PublishNext(_start), _start));
    }

    [Fact]
    public void A_next_key_that_an_administrator_has_published_is_put_in_use_by_the_schedule_or_by_the_administrator()
    {
        ApplicationKeys published = New().WithNext(_start).RotateEncryptionKeys(_start, _day);
        string next = Thumbprint(published, KeyStatus.Next);
        ApplicationKeys scheduled = published.RotateEncryptionKeys(_start.AddHours(23), _day);
        Assert.Equal(_start.AddHours(25), Assert.Single(scheduled.Keys, key => key is { Use: KeyUse.Encryption, Status: KeyStatus.Next }).DueAt);
        Assert.Equal(next, Thumbprint(scheduled.RotateEncryptionKeys(_start.AddHours(25), _day)));

        Assert.Equal(next, Thumbprint(published.Rotate(_start.AddHours(1))));
        Assert.Null(Current(published.Rotate(_start.AddHours(1))).DueAt); // until the schedule sees it
    }

    [Fact]
    public void With_the_most_signing_keys_that_can_be_listed_there_is_room_for_the_next_encryption_key()
    {
        PrivateKey[] retired = [.. Enumerable.Range(10, 5).Select(number => SpareKeys.Signing(number).As(KeyStatus.Retired, _start))];
        var keys = new ApplicationKeys("tracker", new KeyRing([SpareKeys.Signing(1), SpareKeys.Encrypting(1), .. retired], _start));
        ApplicationKeys scheduled = keys.RotateEncryptionKeys(_start, _day);
        ApplicationKeys published = scheduled.RotateEncryptionKeys(_start.AddHours(22), _day);

        ApplicationCertificate certificate = published.ToCertificate(time: new ManualTimeProvider(_start.AddHours(22)));
        Assert.Equal((6, 2), (certificate.SigningKeys.Count, certificate.EncryptionKeys.Count));
        Assert.Contains("8 keys", Assert.Throws<InvalidOperationException>(() => scheduled.PublishNext(_start)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_times_survive_the_text_of_the_keys_and_a_text_without_them_has_none()
    {
        ApplicationKeys keys = At(_start.AddHours(23));
        ApplicationKeys read = ApplicationKeys.Parse(keys.ToBytes());
        Assert.Equal(keys.Keys, read.Keys);
        Assert.Equal([_start.AddHours(24), _start.AddHours(24)], read.Keys.Select(key => key.DueAt).OfType<DateTimeOffset>());
        Assert.Same(read, read.RotateEncryptionKeys(_start.AddHours(23), _day));
        Assert.DoesNotContain(ApplicationKeys.Parse(New().ToBytes()).Keys, key => key.DueAt is not null);
    }

    [Fact]
    public void Keys_for_older_versions_alone_have_nothing_to_rotate()
    {
        var keys = new ApplicationKeys("wiki", Fixture.Wiki.LegacyKey.ExportParameters());
        Assert.Null(keys.FindNextRotation(_start, _day));
        Assert.Same(keys, keys.RotateEncryptionKeys(_start, _day));
    }

    [Theory]
    [InlineData("23:59:59")]
    [InlineData("90.00:00:01")]
    [InlineData("-1.00:00:00")]
    public void An_interval_is_one_to_ninety_days_or_zero(string interval)
    {
        var span = TimeSpan.Parse(interval, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Throws<ArgumentOutOfRangeException>(() => New().RotateEncryptionKeys(_start, span));
        Assert.Throws<ArgumentOutOfRangeException>(() => New().FindNextRotation(_start, span));
    }

    private static ApplicationKeys New() => ThrowAwayKeys.Of("tracker", 3, _start.AddDays(-30));

    // As a store has them that began to rotate them at the start, and took each step in time.
    private static ApplicationKeys At(DateTimeOffset time)
    {
        ApplicationKeys keys = New();
        for (DateTimeOffset now = _start; now <= time; now += TimeSpan.FromHours(1)) keys = keys.RotateEncryptionKeys(now, _day);
        return keys.RotateEncryptionKeys(time, _day);
    }

    private static string[] Listed(ApplicationKeys keys, DateTimeOffset now) =>
        [.. keys.ToCertificate(time: new ManualTimeProvider(now)).EncryptionKeys.Select(key => key.Thumbprint)];

    private static ApplicationKey Current(ApplicationKeys keys) => Assert.Single(keys.Keys, key => key is { Use: KeyUse.Encryption, Status: KeyStatus.Current });

    private static string Thumbprint(ApplicationKeys keys, KeyStatus status = KeyStatus.Current) =>
        Assert.Single(keys.Keys, key => key.Use == KeyUse.Encryption && key.Status == status).PublicKey.Thumbprint;
}
