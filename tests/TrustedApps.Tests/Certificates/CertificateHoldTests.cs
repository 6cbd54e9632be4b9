using TrustedApps.Certificates;
using static TrustedApps.Tests.Certificates.CertificateRecordTests;

namespace TrustedApps.Tests.Certificates;

/// <summary>The hold proves that the new certificate is still served (specification version-4.md, section 2).</summary>
public class CertificateHoldTests
{
    private static readonly DateTimeOffset _start = Fixture.Now;
    private static readonly ApplicationCertificate _honest = Certificate("1/1");
    private static readonly ApplicationCertificate _new = Certificate("12/2", 1);

    [Theory]
    [InlineData("1/1", "12/2")]
    [InlineData("12/1", "2/2")]
    public void A_replacement_takes_effect_with_the_first_check_for_it_after_the_end(string onRecord, string offered)
    {
        ApplicationCertificate replacement = Certificate(offered, 1);
        CertificateRecord record = Record(onRecord).Offer(replacement, _start).Record;
        for (int hour = 1; hour < 24; hour++)
        {
            CertificateOffer offer = record.Offer(replacement, _start.AddHours(hour), isCounted: true);
            Assert.Equal((OfferOutcome.Held, onRecord, hour), (offer.Outcome, Describe(offer.Record), offer.Record.Pending!.TimesServed));
            record = offer.Record;
        }

        Assert.Equal(OfferOutcome.Held, record.Offer(replacement, _start.AddHours(24)).Outcome); // which a request asked for
        CertificateOffer last = record.Offer(replacement, _start.AddHours(24), isCounted: true);
        Assert.Equal((OfferOutcome.Replaced, offered, null), (last.Outcome, Describe(last.Record), last.Record.Pending));
        Assert.Equal((onRecord, _start.AddHours(24)), (Describe(CertificateRecord.Establish(last.Record.Replaced!, null, _start)), last.Record.LastConfirmedAt));
    }

    [Fact]
    public void The_hold_goes_on_until_twelve_checks_were_for_it()
    {
        CertificateRecord record = Record("1/1").Offer(_new, _start).Record;
        for (int count = 1; count < 12; count++) record = record.Offer(_new, _start.AddDays(9), isCounted: true).Record;
        Assert.Equal("1/1", Describe(record));
        Assert.Equal((OfferOutcome.Replaced, "12/2"), OutcomeOf(record.Offer(_new, _start.AddDays(9), isCounted: true)));
    }

    [Fact]
    public void Seven_checks_against_it_drop_it_and_leave_a_mark()
    {
        CertificateRecord record = Record("1/1").Offer(_new, _start).Record;
        for (int count = 1; count < 7; count++)
        {
            CertificateOffer offer = record.Offer(_honest, _start.AddHours(count), isCounted: true);
            Assert.Equal((OfferOutcome.Confirmed, null, count), (offer.Outcome, offer.Dropped, offer.Record.Pending!.TimesNotServed));
            record = offer.Record;
        }

        CertificateOffer last = record.Offer(_honest, _start.AddHours(7), isCounted: true);

        Assert.Equal((OfferOutcome.Confirmed, "1/1", null), (last.Outcome, Describe(last.Record), last.Record.Pending));
        Assert.Equal((_new, 7), (last.Dropped!.Certificate, last.Dropped.TimesNotServed));
        Assert.Equal(new DroppedCertificate(_new, _start.AddHours(7)), last.Record.Dropped);
        Assert.Null(CertificateRecord.Parse(last.Record.ToBytes()).Replace(_new, null, _start).Dropped); // an administrator has decided
    }

    [Fact]
    public void In_a_long_hold_seven_of_the_last_checks_count()
    {
        CertificateRecord record = Record("1/1").Offer(_new, _start, TimeSpan.FromDays(30)).Record;
        for (int hour = 0; hour < 29 * 24; hour++) // one answer in six hours was another one's
        {
            record = record.Offer(hour % 6 == 0 ? _honest : _new, _start.AddHours(hour), isCounted: true).Record;
        }

        Assert.Equal((_new, 580), (record.Pending?.Certificate, record.Pending?.TimesServed));
        for (int count = 0; count < 2; count++) record = record.Offer(_honest, _start.AddDays(29), isCounted: true).Record;
        Assert.Null(record.Pending); // with five of six hours before: seven of the last 32
    }

    [Property(MaxTest = 500)]
    public Property In_a_hold_of_a_day_seven_of_all_checks_count() => ForAll.In(
        Gen.ArrayOf(Gen.Elements(0, 0, 0, 1, 2), 60), // for it, for it, for it, against it, not fetched
        answers =>
        {
            CertificateRecord record = Record("1/1").Offer(_new, _start).Record;
            (int served, int against) = (0, 0);
            for (int hour = 0; hour < answers.Length; hour++)
            {
                if (answers[hour] == 2) continue;
                record = record.Offer(answers[hour] == 0 ? _new : _honest, _start.AddHours(hour), isCounted: true).Record;
                (served, against) = answers[hour] == 0 ? (served + 1, against) : (served, against + 1);
                if (against == 7) return record is { Pending: null, Dropped: not null };
                if (answers[hour] == 0 && hour >= 24 && served >= 12) return Describe(record) == "12/2";
                if (record.Pending is null) return false;
            }

            return true;
        });

    [Fact]
    public void A_clock_that_ran_ahead_freezes_no_hold()
    {
        CertificateRecord record = Record("1/1").Offer(_new, _start.AddYears(1)).Record; // by the wrong clock
        Assert.True(record.Pending!.IsCheckDue(_start));
        Assert.False(record.ClaimCheck(_start, CertificateRecord.DefaultHold).Pending!.IsCheckDue(_start));

        record = record.ClaimCheck(_start, CertificateRecord.DefaultHold);

        Assert.Equal(_start.AddHours(24), record.Pending!.TakesEffectAt);
        Assert.InRange(record.Pending.NextCheckAt, _start, _start.AddHours(2));
        Assert.False(record.Pending.IsCheckDue(record.Pending.NextCheckAt.AddHours(-3)));
    }

    [Fact]
    public void What_changes_nothing_is_the_same_record()
    {
        CertificateRecord held = Record("1/1").Offer(_new, _start).Record;
        Assert.Same(held, held.Offer(_new, _start.AddHours(1)).Record);
    }

    [Theory]
    [InlineData("3/1", 5)] // no key on record vouches for it
    [InlineData("13/1", 5)] // another one that could be held
    [InlineData("1/1", -9)] // an old one
    [InlineData("12/2", -9)]
    public void Any_other_certificate_counts_against_it_and_is_not_held_meanwhile(string other, int seconds)
    {
        CertificateRecord held = Record("1/1").Offer(_new, _start).Record;

        CertificateOffer uncounted = held.Offer(Certificate(other, seconds), _start.AddHours(1));
        CertificateOffer counted = held.Offer(Certificate(other, seconds), _start.AddHours(1), isCounted: true);

        Assert.Equal((OfferOutcome.Rejected, _new, 0), (uncounted.Outcome, uncounted.Record.Pending!.Certificate, uncounted.Record.Pending.TimesNotServed));
        Assert.Equal((OfferOutcome.Rejected, _new, 1), (counted.Outcome, counted.Record.Pending!.Certificate, counted.Record.Pending.TimesNotServed));
    }

    [Fact]
    public void The_certificate_that_drops_it_is_considered_at_once()
    {
        CertificateRecord record = Record("1/1").Offer(Certificate("13/1", 1), _start).Record;
        for (int count = 1; count < 7; count++) record = record.Offer(_new, _start.AddHours(count), isCounted: true).Record;

        CertificateOffer last = record.Offer(_new, _start.AddHours(7), isCounted: true);

        Assert.Equal((OfferOutcome.Held, _new), (last.Outcome, last.Record.Pending!.Certificate)); // no stranger chooses who is asked next
        Assert.Equal((_start.AddHours(31), 0, 0), (last.Record.Pending.TakesEffectAt, last.Record.Pending.TimesServed, last.Record.Pending.TimesNotServed));
    }

    [Fact]
    public void A_newer_one_with_the_same_signing_keys_takes_its_place_and_keeps_its_date()
    {
        CertificateRecord held = Record("1/1").Offer(_new, _start).Record;
        CertificateOffer newer = held.Offer(Certificate("12/3", 2), _start.AddHours(23), isCounted: true);
        CertificateOffer older = newer.Record.Offer(_new, _start.AddHours(23), isCounted: true);

        Assert.Equal((OfferOutcome.Held, _start.AddHours(24), 1), (newer.Outcome, newer.Record.Pending!.TakesEffectAt, newer.Record.Pending.TimesServed));
        Assert.Equal((newer.Record.Pending.Certificate, 2), (older.Record.Pending!.Certificate, older.Record.Pending.TimesServed));
    }

    [Fact]
    public void A_certificate_that_another_has_dated_ahead_does_not_keep_the_right_one_out()
    {
        CertificateRecord record = Record("12/1").Offer(Certificate("2/4", 30), _start).Record; // a thief's encryption key
        for (int hour = 1; hour <= 24; hour++) record = record.Offer(Certificate("2/2", 1), _start.AddHours(hour), isCounted: true).Record;
        Assert.Equal("2/2", Describe(record));

        record = record.Offer(Certificate("2/4", 25), _start.AddHours(25)).Record; // the same keys: the last one counts
        Assert.Equal("2/4", Describe(record));
        Assert.Equal((OfferOutcome.Replaced, "2/2"), OutcomeOf(record.Offer(Certificate("2/2", 1), _start.AddHours(26))));
        Assert.Equal(OfferOutcome.Held, record.Offer(Certificate("23/2", 20), _start.AddHours(26)).Outcome); // a rotation from before
    }

    [Fact]
    public void Checks_are_drawn_within_each_hour_and_claimed_once()
    {
        CertificateRecord record = Record("1/1").Offer(_new, _start).Record;
        DateTimeOffset first = record.Pending!.NextCheckAt;
        Assert.InRange(first, _start, _start.AddHours(1));
        Assert.Same(record, record.ClaimCheck(first.AddTicks(-1), CertificateRecord.DefaultHold));

        var minutes = new HashSet<int>();
        for (int hour = 1; hour < 100; hour++)
        {
            record = record.ClaimCheck(record.Pending!.NextCheckAt, CertificateRecord.DefaultHold);
            Assert.InRange(record.Pending!.NextCheckAt, _start.AddHours(hour), _start.AddHours(hour + 1));
            minutes.Add(record.Pending.NextCheckAt.Minute);
        }

        Assert.InRange(minutes.Count, 20, 60);
        CertificateRecord late = record.ClaimCheck(_start.AddDays(30), CertificateRecord.DefaultHold); // the host was down: one check, not hundreds
        Assert.InRange(late.Pending!.NextCheckAt, _start.AddDays(30).AddHours(1), _start.AddDays(30).AddHours(2));
    }

    [Fact]
    public void The_time_of_a_hold_and_its_checks_survive_the_store()
    {
        CertificateRecord held = Record("1/1").Offer(_new, _start).Record.Offer(_new, _start, isCounted: true).Record.Offer(_honest, _start, isCounted: true).Record;
        PendingCertificate read = CertificateRecord.Parse(held.ToBytes()).Pending!;
        Assert.Equal((held.Pending!.NextCheckAt, held.Pending.TakesEffectAt, 1, 1), (read.NextCheckAt, read.TakesEffectAt, read.TimesServed, read.TimesNotServed));
    }

    private static (OfferOutcome Outcome, string Keys) OutcomeOf(CertificateOffer offer) => (offer.Outcome, Describe(offer.Record));
}
