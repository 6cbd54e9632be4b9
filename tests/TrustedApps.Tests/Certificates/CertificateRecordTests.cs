using System.Text;
using System.Text.Json.Nodes;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Tests.Keys;

namespace TrustedApps.Tests.Certificates;

public class CertificateRecordTests
{
    private static readonly DateTimeOffset _start = Fixture.Now;
    private static readonly TimeSpan _hold = TimeSpan.FromHours(24);

    /// <summary>On record, offered (signing and encryption keys by number, and seconds by which it is newer), and what comes of it.</summary>
    public static TheoryData<string, string, int, OfferOutcome, string> Offers { get; } = new()
    {
        { "1/1", "1/1", 0, OfferOutcome.Confirmed, "1/1" },
        { "1/1", "1/1", 1, OfferOutcome.Confirmed, "1/1" },
        { "1/1", "1/1", -1, OfferOutcome.Rejected, "1/1" },
        { "12/1", "21/1", 0, OfferOutcome.Confirmed, "21/1" }, // the order of signing keys says nothing
        { "1/12", "1/21", 0, OfferOutcome.Replaced, "1/21" }, // that of encryption keys does
        { "1/12", "1/21", 1, OfferOutcome.Replaced, "1/21" },
        { "1/12", "1/21", -1, OfferOutcome.Rejected, "1/12" },
        { "1/1", "12/1", 1, OfferOutcome.Held, "1/1" },
        { "1/1", "12/1", 0, OfferOutcome.Rejected, "1/1" },
        { "1/1", "12/1", -1, OfferOutcome.Rejected, "1/1" },
        { "1/1", "1/2", 1, OfferOutcome.Replaced, "1/2" },
        { "1/1", "1/12", 1, OfferOutcome.Replaced, "1/12" },
        { "1/1", "2/1", 1, OfferOutcome.Rejected, "1/1" },
        { "1/1", "23/1", 1, OfferOutcome.Rejected, "1/1" },
        { "12/1", "2/1", 1, OfferOutcome.Held, "12/1" },
        { "12/1", "23/1", 1, OfferOutcome.Held, "12/1" },
        { "12/1", "123/2", 1, OfferOutcome.Held, "12/1" }, // its encryption key comes at the end
    };

    [Theory]
    [MemberData(nameof(Offers))]
    public void An_offer_is_decided_by_its_keys_and_its_time(string onRecord, string offered, int seconds, OfferOutcome outcome, string after)
    {
        CertificateOffer offer = Record(onRecord).Offer(Certificate(offered, seconds), _start);
        Assert.Equal((outcome, after), (offer.Outcome, Describe(offer.Record)));
        Assert.Equal(outcome == OfferOutcome.Rejected, offer.Problem is not null);
        Assert.Equal(outcome == OfferOutcome.Held ? offered : null, offer.Record.Pending is { } pending ? Describe(pending.Certificate) : null);
    }

    [Fact]
    public void Of_certificates_with_the_signing_keys_on_record_the_last_fetched_one_counts_although_its_time_goes_back()
    {
        CertificateRecord record = Record("1/1").Offer(Certificate("1/2", 25), _start).Record;
        record = CertificateRecord.Parse(record.ToBytes()); // also in the process after
        CertificateOffer restored = record.Offer(Certificate("1/3", 10), _start.AddSeconds(500)); // the provider's store is a backup
        Assert.Equal((OfferOutcome.Replaced, "1/3"), (restored.Outcome, Describe(restored.Record)));
        Assert.Equal((OfferOutcome.Replaced, "1/1"), OutcomeOf(restored.Record.Offer(Certificate("1/1", 0), _start.AddSeconds(600)))); // as old as the signing keys
        Assert.Equal((OfferOutcome.Rejected, "1/3"), OutcomeOf(restored.Record.Offer(Certificate("1/1", -1), _start.AddSeconds(600))));

        static (OfferOutcome Outcome, string Record) OutcomeOf(CertificateOffer offer) => (offer.Outcome, Describe(offer.Record));
    }

    [Fact]
    public void A_new_record_holds_what_was_confirmed()
    {
        CertificateRecord record = Record("12/12");
        Assert.Equal(("wiki:8731", "Wiki", "https://wiki.example", _start), (record.Id, record.Name, record.BaseUrl!.Text, record.LastConfirmedAt));
        Assert.Equal("12/12", Describe(record));
        Assert.Null(record.Pending);
        Assert.Null(record.Replaced);
        Assert.Empty(record.RemovedThumbprints);
    }

    [Fact]
    public void Signing_keys_are_found_by_their_id_and_encryption_keys_are_not()
    {
        CertificateRecord record = Record("12/1");
        Assert.Equal(SpareKeys.Signing(2).PublicKey, record.FindSigningKey(SpareKeys.Signing(2).KeyId));
        Assert.Null(record.FindSigningKey(SpareKeys.Signing(3).KeyId));
        Assert.Null(record.FindSigningKey(SpareKeys.Encrypting(1).KeyId));
        Assert.Null(record.FindSigningKey(""));
    }

    [Fact]
    public void A_key_that_was_removed_does_not_return_after_the_certificate_was_replaced()
    {
        CertificateRecord record = Record("12/1").RemoveKey(SpareKeys.Signing(1).KeyId).Replace(Certificate("3/3", 1), BaseUrl.Parse("https://new.example"), _start);
        Assert.Equal(("3/3", "https://new.example", "12/1"), (Describe(record), record.BaseUrl!.Text, Describe(record.Replaced!)));

        CertificateRecord later = record.Offer(Certificate("13/3", 2), _start).Record; // the thief adds it beside the new one
        Assert.Equal("3/3", Describe(later));
    }

    [Fact]
    public void A_removed_key_that_an_administrator_has_compared_again_counts() =>
        Assert.Equal("13/1", Describe(Record("12/1").RemoveKey(SpareKeys.Signing(1).KeyId).Replace(Certificate("13/1", 1), null, _start)));

    [Fact]
    public void The_name_on_record_stays_whatever_later_certificates_say()
    {
        CertificateOffer offer = Record("1/1").Offer(Certificate("12/1", 1, payload => payload["name"] = "Payroll"), _start, TimeSpan.Zero);
        Assert.Equal((OfferOutcome.Replaced, "Wiki"), (offer.Outcome, offer.Record.Name));
        Assert.Equal("Wiki", offer.Record.Offer(Certificate("12/1", 2, payload => payload["name"] = "Payroll"), _start).Record.Name);
    }

    [Fact]
    public void A_certificate_of_another_application_is_refused()
    {
        CertificateOffer offer = Record("1/1").Offer(Certificate("1/1", 1, payload => payload["iss"] = "wiki:8732"), _start);
        Assert.Equal((OfferOutcome.Rejected, "The certificate is another application's."), (offer.Outcome, offer.Problem));
        Assert.Equal(OfferOutcome.Rejected, Record("1/1").Offer(Certificate("1/1", 1, payload => payload["iss"] = "WIKI:8731"), _start).Outcome);
    }

    [Fact]
    public void A_key_on_record_for_one_use_is_not_taken_for_the_other()
    {
        var other = new TrustedApps.Keys.PrivateKey(KeyUse.Encryption, SpareKeys.Signing(1).ExportParameters());
        ApplicationCertificate swapped = Read(Forge.Sign(Newer(Forge.Payload(SpareKeys.Signing(2), other)), SpareKeys.Signing(2)));
        CertificateOffer offer = Record("12/1").Offer(swapped, _start);
        Assert.Contains("for encryption that is on record for signing", offer.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signing_key_that_another_has_listed_for_encryption_comes_on_record_all_the_same()
    {
        ApplicationCertificate honest = Certificate("12/2", 1);
        ApplicationCertificate thiefs = Read(Forge.Sign(Newer(Forge.Payload(SpareKeys.Signing(1), AsEncryptionKey(2))), SpareKeys.Signing(1)));
        CertificateRecord before = Record("1/1").Offer(thiefs, _start).Record; // the same signing keys: no hold
        Assert.Equal(SpareKeys.Signing(2).KeyId, before.EncryptionKeys[0].Thumbprint);

        CertificateRecord held = before.Offer(honest, _start).Record;
        CertificateRecord disturbed = Record("1/1").Offer(honest, _start).Record.Offer(thiefs, _start).Record; // during the hold

        Assert.Equal((honest, 1), (held.Pending?.Certificate, held.Offer(honest, _start, isCounted: true).Record.Pending!.TimesServed));
        Assert.Equal(1, disturbed.Offer(honest, _start, isCounted: true).Record.Pending!.TimesServed);
    }

    [Fact]
    public void A_rejected_certificate_takes_no_key_from_the_application_that_it_lists_for_encryption()
    {
        ApplicationCertificate thiefs = Read(Forge.Sign(Newer(Forge.Payload(SpareKeys.Signing(1), SpareKeys.Signing(3), AsEncryptionKey(2), SpareKeys.Encrypting(2))), SpareKeys.Signing(1), SpareKeys.Signing(3)));
        CertificateRecord rejected = Record("1/1").Offer(thiefs, _start).Record.Reject();
        CertificateRecord restored = Record("1/1").Offer(thiefs, _start, TimeSpan.Zero).Record.Restore();
        foreach (CertificateRecord record in (CertificateRecord[])[rejected, restored])
        {
            Assert.Equal([SpareKeys.Signing(3).KeyId], record.RejectedThumbprints);
            Assert.Equal((OfferOutcome.Held, "1/1"), Outcome(record.Offer(Certificate("12/1", 2), _start)));
            Assert.Equal((OfferOutcome.Replaced, "1/2"), Outcome(record.Offer(Certificate("1/2", 2), _start)));
        }
    }

    [Fact]
    public void The_hold_is_24_hours_unless_something_else_is_said()
    {
        Assert.Equal(_start.AddHours(24), Record("12/1").Offer(Certificate("2/1", 1), _start).Record.Pending!.TakesEffectAt);
        Assert.Equal(_start.AddHours(1), Record("12/1").Offer(Certificate("2/1", 1), _start, TimeSpan.FromHours(1)).Record.Pending!.TakesEffectAt);
        Assert.Equal((OfferOutcome.Replaced, "2/1"), Outcome(Record("12/1").Offer(Certificate("2/1", 1), _start, TimeSpan.Zero)));
        Assert.Throws<ArgumentOutOfRangeException>("hold", () => Record("12/1").Offer(Certificate("2/1", 1), _start, TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public void An_administrator_confirms_what_waits()
    {
        CertificateRecord record = Record("12/1").Offer(Certificate("2/1", 1), _start).Record.Confirm(_start.AddHours(1));
        Assert.Equal(("2/1", _start.AddHours(1)), (Describe(record), record.LastConfirmedAt));
        Assert.Null(record.Pending);
        Assert.Throws<InvalidOperationException>(() => record.Confirm(_start));
    }

    [Fact]
    public void What_an_administrator_rejected_is_not_offered_again()
    {
        CertificateRecord record = Record("12/1").Offer(Certificate("2/1", 1), _start).Record.Reject();
        Assert.Null(record.Pending);
        Assert.Equal("12/1", Describe(record));
        Assert.Equal(OfferOutcome.Rejected, record.Offer(Certificate("2/1", 1), _start).Outcome);
        Assert.Equal(OfferOutcome.Rejected, record.Offer(Certificate("2/2", 2), _start).Outcome); // nor in another wrapping
        Assert.Equal(OfferOutcome.Confirmed, record.Offer(Certificate("12/1", 2), _start).Outcome);
        Assert.Equal(OfferOutcome.Held, record.Offer(Certificate("23/1", 2), _start).Outcome);
        Assert.Throws<InvalidOperationException>(record.Reject);
    }

    [Fact]
    public void What_was_replaced_is_restored_and_the_other_does_not_return_unasked()
    {
        CertificateRecord replaced = Record("1/1").Offer(Certificate("12/1", 1), _start, TimeSpan.Zero).Record;
        CertificateRecord restored = replaced.Restore();
        Assert.Equal(("1/1", "12/1"), (Describe(restored), Describe(restored.Replaced!)));
        Assert.Equal((OfferOutcome.Rejected, "1/1"), Outcome(restored.Offer(Certificate("12/1", 1), _start)));
        Assert.Equal((OfferOutcome.Rejected, "1/1"), Outcome(restored.Offer(Certificate("12/2", 5), _start)));
        Assert.Equal((OfferOutcome.Confirmed, "1/1"), Outcome(restored.Offer(Certificate("1/1", 0), _start)));
        Assert.Equal((OfferOutcome.Held, "1/1"), Outcome(restored.Offer(Certificate("13/1", 5), _start)));

        CertificateRecord again = restored.Restore(); // asked
        Assert.Equal((OfferOutcome.Confirmed, "12/1"), Outcome(again.Offer(Certificate("12/1", 1), _start)));
        Assert.Throws<InvalidOperationException>(Record("1/1").Restore);
    }

    [Fact]
    public void A_rejected_key_does_not_come_in_larger_company()
    {
        CertificateRecord restored = Record("1/1").Offer(Certificate("12/1", 1), _start, TimeSpan.Zero).Record.Restore();
        Assert.Equal((OfferOutcome.Rejected, "1/1"), Outcome(restored.Offer(Certificate("123/1", 5), _start)));

        CertificateRecord rejected = Record("12/1").Offer(Certificate("13/1", 1), _start).Record.Reject();
        Assert.Equal((OfferOutcome.Rejected, "12/1"), Outcome(rejected.Offer(Certificate("134/1", 5), _start)));
        Assert.Equal((OfferOutcome.Rejected, "12/1"), Outcome(rejected.Offer(Certificate("123/1", 5), _start)));
    }

    [Fact]
    public void A_modulus_is_known_again_under_another_exponent()
    {
        RsaPublicKey listed = SpareKeys.Signing(1).PublicKey;
        RsaPublicKey other = new([], listed.ModulusBytes, [1, 0, 3]);
        Assert.NotEqual(listed.Thumbprint, other.Thumbprint);
        Assert.True(Record("1/1").Lists(other));
        Assert.False(Record("2/1").Lists(other));
        Assert.True(Record("12/1").Offer(Certificate("23/1", 1), _start).Record.Lists(SpareKeys.Signing(3).PublicKey)); // one that waits
    }

    [Fact]
    public void What_can_be_restored_is_the_last_certificate_with_other_signing_keys()
    {
        CertificateRecord record = Record("1/1").Offer(Certificate("12/1", 1), _start, TimeSpan.Zero).Record.Offer(Certificate("12/2", 2), _start).Record;
        Assert.Equal(("12/2", "1/1"), (Describe(record), Describe(record.Replaced!)));
        Assert.Null(Record("1/1").Offer(Certificate("1/2", 1), _start).Record.Replaced);
    }

    [Fact]
    public void A_restored_certificate_is_confirmed_by_what_was_served_then()
    {
        CertificateRecord record = Record("1/1").Offer(Certificate("1/2", 9), _start).Record.Offer(Certificate("12/2", 10), _start, TimeSpan.Zero).Record.Restore();
        Assert.Equal((OfferOutcome.Replaced, "1/1"), Outcome(record.Offer(Certificate("1/1", 0), _start)));
    }

    [Fact]
    public void Restoring_cancels_what_waits()
    {
        CertificateRecord record = Record("1/1").Offer(Certificate("12/1", 1), _start, TimeSpan.Zero).Record.Offer(Certificate("2/1", 2), _start).Record;
        Assert.NotNull(record.Pending);
        Assert.Null(record.Restore().Pending);
    }

    [Fact]
    public void A_removed_key_neither_signs_nor_authorises()
    {
        CertificateRecord record = Record("12/1").RemoveKey(SpareKeys.Signing(1).KeyId);
        Assert.Equal("2/1", Describe(record));
        Assert.Equal([SpareKeys.Signing(1).KeyId], record.RemovedThumbprints);
        Assert.Null(record.FindSigningKey(SpareKeys.Signing(1).KeyId));
        Assert.Equal((OfferOutcome.Rejected, "2/1"), Outcome(record.Offer(Certificate("13/1", 1), _start)));
        Assert.Equal((OfferOutcome.Confirmed, "2/1"), Outcome(record.Offer(Certificate("12/1", 1), _start)));
        Assert.Equal((OfferOutcome.Held, "2/1"), Outcome(record.Offer(Certificate("123/1", 1), _start)));
        Assert.Equal((OfferOutcome.Replaced, "23/1"), Outcome(record.Offer(Certificate("123/1", 1), _start, TimeSpan.Zero))); // listed, and still not trusted
        Assert.Equal((OfferOutcome.Replaced, "2/2"), Outcome(record.Offer(Certificate("2/2", 1), _start))); // to leave it out needs no hold
    }

    [Fact]
    public void A_removed_key_does_not_come_back_with_another_certificate()
    {
        CertificateRecord record = Record("12/1").RemoveKey(SpareKeys.Signing(1).KeyId);
        record = record.Offer(Certificate("2/1", 1), _start).Record;
        record = record.Offer(Certificate("12/1", 2), _start).Record;
        Assert.Equal("2/1", Describe(record));
        Assert.Null(record.Replaced); // the same keys are trusted all the time
        Assert.Equal("12/1", Describe(CertificateRecord.Establish(Certificate("12/1"), baseUrl: null, _start))); // an administrator says so
    }

    [Fact]
    public void Whoever_no_trusted_key_vouches_for_any_more_does_not_wait_on()
    {
        CertificateRecord held = Record("12/1").Offer(Certificate("13/1", 1), _start).Record;
        Assert.Null(held.RemoveKey(SpareKeys.Signing(1).KeyId).Pending);
        Assert.NotNull(held.RemoveKey(SpareKeys.Signing(2).KeyId).Pending);
        Assert.Equal("1/1", Describe(held.RemoveKey(SpareKeys.Signing(3).KeyId).Confirm(_start)));
        CertificateRecord added = Record("1/1").Offer(Certificate("12/1", 1), _start).Record.RemoveKey(SpareKeys.Signing(2).KeyId);
        Assert.Null(added.Pending); // nothing is left to wait for
        Assert.Equal((OfferOutcome.Confirmed, "1/1"), Outcome(added.Offer(Certificate("12/1", 1), _start)));
    }

    [Fact]
    public void The_last_key_can_be_removed_and_then_nothing_is_trusted()
    {
        CertificateRecord record = Record("1/1").RemoveKey(SpareKeys.Signing(1).KeyId);
        Assert.Equal("/1", Describe(record));
        Assert.Equal(OfferOutcome.Rejected, record.Offer(Certificate("12/1", 1), _start).Outcome);
        Assert.Equal(OfferOutcome.Rejected, record.Offer(Certificate("1/2", 1), _start).Outcome); // signed by the removed key alone
        Assert.Equal("1/2", Describe(Record("1/12").RemoveKey(SpareKeys.Encrypting(1).KeyId)));
        Assert.Throws<ArgumentException>("thumbprint", () => record.RemoveKey(SpareKeys.Signing(2).KeyId));
    }

    [Fact]
    public void A_certificate_that_was_not_confirmed_for_30_days_raises_a_warning()
    {
        CertificateRecord record = Record("12/1");
        Assert.False(record.NeedsWarning(_start.AddDays(30)));
        Assert.True(record.NeedsWarning(_start.AddDays(30).AddTicks(1)));
        DateTimeOffset later = _start.AddDays(20);
        Assert.False(record.Offer(Certificate("12/1", 0), later).Record.NeedsWarning(_start.AddDays(50)));
        Assert.False(record.Offer(Certificate("123/1", 1), later, TimeSpan.Zero).Record.NeedsWarning(_start.AddDays(50)));
        Assert.True(record.Offer(Certificate("2/1", 1), later).Record.NeedsWarning(_start.AddDays(50))); // held is not confirmed
        Assert.True(record.Offer(Certificate("3/1", 1), later).Record.NeedsWarning(_start.AddDays(50)));
        Assert.False(CertificateRecord.Establish(Certificate("1/1"), baseUrl: null, _start).NeedsWarning(_start.AddYears(1)));
    }

    [Fact]
    public void A_clock_that_is_set_back_takes_no_confirmation_away() =>
        Assert.Equal(_start, Record("1/1").Offer(Certificate("1/1"), _start.AddDays(-9)).Record.LastConfirmedAt);

    [Property(MaxTest = 200)]
    public Property Whatever_is_fetched_no_key_is_trusted_that_no_trusted_key_vouched_for() => ForAll.In(
        Gen.ArrayOf(Gen.Elements("1/1", "12/1", "2/1", "23/1", "3/2", "13/1", "123/12", "4/1", "34/1"), 6),
        offers =>
        {
            CertificateRecord record = Record("1/1");
            for (int index = 0; index < offers.Length; index++)
            {
                CertificateRecord after = record.Offer(Certificate(offers[index], index + 1), _start.AddHours(10 * index), isCounted: index % 2 == 1).Record;
                if (!after.SigningKeys.SequenceEqual(record.SigningKeys)) return false; // only 12 checks bring others
                if (after.Pending is { } pending && !pending.Certificate.SigningKeys.Any(after.SigningKeys.Contains)) return false;
                record = after;
            }

            return true;
        });

    private static TrustedApps.Keys.PrivateKey AsEncryptionKey(int number) =>
        new(KeyUse.Encryption, SpareKeys.Signing(number).ExportParameters());

    private static (OfferOutcome Outcome, string Keys) Outcome(CertificateOffer offer) => (offer.Outcome, Describe(offer.Record));

    internal static CertificateRecord Record(string keys) => CertificateRecord.Establish(Certificate(keys), BaseUrl.Parse("https://wiki.example"), _start);

    internal static ApplicationCertificate Certificate(string keys, int seconds = 0, Action<JsonObject>? change = null)
    {
        string[] parts = keys.Split('/');
        TrustedApps.Keys.PrivateKey[] signing = [.. parts[0].Select(digit => SpareKeys.Signing(digit - '0'))];
        JsonObject payload = Forge.Payload([.. signing, .. parts[1].Select(digit => SpareKeys.Encrypting(digit - '0'))]);
        payload["iat"] = _start.ToUnixTimeSeconds() + seconds;
        change?.Invoke(payload);
        return Read(Forge.Sign(payload, signing));
    }

    private static JsonObject Newer(JsonObject payload)
    {
        payload["iat"] = _start.ToUnixTimeSeconds() + 1;
        return payload;
    }

    private static ApplicationCertificate Read(string document)
    {
        Assert.True(ApplicationCertificate.TryRead(Encoding.UTF8.GetBytes(document), _start, out ApplicationCertificate? certificate, out string? problem), problem);
        return certificate;
    }

    internal static string Describe(CertificateRecord record) => Describe(record.SigningKeys, record.EncryptionKeys);

    private static string Describe(ApplicationCertificate certificate) => Describe(certificate.SigningKeys, certificate.EncryptionKeys);

    private static string Describe(IEnumerable<RsaPublicKey> signing, IEnumerable<RsaPublicKey> encryption) =>
        string.Concat(signing.Select(key => Enumerable.Range(1, 4).First(number => SpareKeys.Signing(number).PublicKey.Equals(key)))) + "/"
        + string.Concat(encryption.Select(key => Enumerable.Range(1, 4).First(number => SpareKeys.Encrypting(number).PublicKey.Equals(key))));
}
