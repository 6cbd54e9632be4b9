using System.Text;
using System.Text.Json.Nodes;
using TrustedApps.Certificates;
using TrustedApps.Tests.Keys;

namespace TrustedApps.Tests.Certificates;

public class StoredRecordTests
{
    private static readonly Lazy<string> _rich = new(() => Encoding.UTF8.GetString(Rich())); // signing takes long

    private static readonly string[] _certificates = ["1/1", "12/1", "2/1", "23/1", "3/2", "13/1", "123/12", "1/12"];

    [Property(MaxTest = 150)]
    public Property A_record_that_was_stored_behaves_as_before_and_prints_back_byte_for_byte() => ForAll.In(
        Gen.ArrayOf(
            from what in Gen.Elements("offer", "offer", "offer", "confirm", "reject", "restore", "remove", "advance", "establish")
            from which in Gen.Choose(0, 7)
            select (what, which),
            8),
        steps =>
        {
            CertificateRecord kept = CertificateRecordTests.Record("12/1");
            CertificateRecord stored = kept;
            for (int index = 0; index < steps.Length; index++)
            {
                ApplicationCertificate offered = CertificateRecordTests.Certificate(_certificates[steps[index].which], index + 1); // signed once: no two signatures are alike
                (CertificateRecord? after, string outcome) = Take(kept, steps[index], index, offered);
                (CertificateRecord? afterStored, string storedOutcome) = Take(stored, steps[index], index, offered);
                if (outcome != storedOutcome) return false;
                if (after is null) continue;
                kept = after;
                byte[] bytes = afterStored!.ToBytes();
                stored = CertificateRecord.Parse(bytes);
                if (!bytes.AsSpan().SequenceEqual(stored.ToBytes())) return false;
                if (CertificateRecordTests.Describe(kept) != CertificateRecordTests.Describe(stored) || kept.Name != stored.Name || kept.BaseUrl?.Text != stored.BaseUrl?.Text) return false;
                if (kept.LastConfirmedAt != stored.LastConfirmedAt || kept.KeysIssuedAt != stored.KeysIssuedAt) return false;
                if (DescribeHold(kept) != DescribeHold(stored)) return false;
            }

            return true;
        });

    [Fact]
    public void A_truncated_record_is_refused()
    {
        byte[] bytes = Rich();
        for (int length = 0; length < bytes.Length; length++) Assert.Throws<FormatException>(() => CertificateRecord.Parse(bytes.AsSpan(0, length)));
        Assert.Throws<FormatException>(() => CertificateRecord.Parse([.. bytes, (byte)'x']));
    }

    [Property(MaxTest = 1000)]
    public Property Whatever_is_changed_gives_a_record_or_a_format_exception() => ForAll.In(
        Generators.Mutate(Gen.Constant(_rich.Value), Generators.AnyCharacter),
        text =>
        {
            try
            {
                return CertificateRecord.Parse(Encoding.UTF8.GetBytes(text)) is { } read && CertificateRecord.Parse(read.ToBytes()).ToBytes().AsSpan().SequenceEqual(read.ToBytes());
            }
            catch (FormatException)
            {
                return true;
            }
        });

    [Theory]
    [InlineData("name", null)]
    [InlineData("certificate", null)]
    [InlineData("certificate", "\"\"")]
    [InlineData("certificate", "\"{}\"")]
    [InlineData("pending", "\"{}\"")]
    [InlineData("pending", null)] // then nothing takes effect
    [InlineData("takesEffectAt", null)]
    [InlineData("hold", "{}")]
    [InlineData("droppedAt", null)]
    [InlineData("dropped", null)]
    [InlineData("takesEffectAt", "\"tomorrow\"")]
    [InlineData("replaced", "\"x\"")]
    [InlineData("replaced", "7")]
    [InlineData("baseUrl", "\"https://wiki.example/\"")]
    [InlineData("baseUrl", "\"javascript:alert(1)\"")]
    [InlineData("lastConfirmedAt", "0")]
    [InlineData("removed", "[null]")]
    [InlineData("removed", "null")]
    [InlineData("rejected", "[null]")]
    [InlineData("rejected", "[\"{}\"]")]
    [InlineData("rejectedKeys", "[null]")]
    [InlineData("rejectedKeys", "{}")]
    [InlineData("notBefore", "\"2027-01-01\"")] // what a newer program says
    public void A_damaged_member_is_refused(string name, string? json)
    {
        JsonObject record = JsonNode.Parse(Rich())!.AsObject();
        if (json is null) Assert.True(record.Remove(name));
        else record[name] = JsonNode.Parse(json);
        Assert.Throws<FormatException>(() => CertificateRecord.Parse(Encoding.UTF8.GetBytes(record.ToJsonString())));
    }

    [Fact]
    public void Certificates_of_two_applications_make_no_record()
    {
        JsonObject record = JsonNode.Parse(Rich())!.AsObject();
        string other = Encoding.ASCII.GetString(CertificateRecordTests.Certificate("1/1", 0, payload => payload["iss"] = "wiki:8732").ToBytes());
        foreach (string name in (string[])["certificate", "pending", "dropped", "replaced"])
        {
            JsonObject mixed = record.DeepClone().AsObject();
            mixed[name] = other;
            Assert.Throws<FormatException>(() => CertificateRecord.Parse(Encoding.UTF8.GetBytes(mixed.ToJsonString())));
        }
    }

    // With something in every member.
    private static byte[] Rich()
    {
        CertificateRecord record = CertificateRecordTests.Record("12/1");
        record = record.Offer(CertificateRecordTests.Certificate("13/1", 1), Fixture.Now).Record.Reject();
        record = record.Offer(CertificateRecordTests.Certificate("124/12", 2), Fixture.Now, TimeSpan.Zero).Record;
        record = record.Offer(CertificateRecordTests.Certificate("12/12", 4), Fixture.Now).Record;
        for (int count = 0; count < 7; count++) record = record.Offer(record.Certificate, Fixture.Now, isCounted: true).Record;
        record = record.Offer(CertificateRecordTests.Certificate("2/12", 4), Fixture.Now).Record;
        record = record.RemoveKey(SpareKeys.Signing(1).PublicKey.Thumbprint);
        JsonObject members = JsonNode.Parse(record.ToBytes())!.AsObject();
        Assert.Equal(
            ["name", "baseUrl", "certificate", "keysIssuedAt", "pending", "takesEffectAt", "hold", "dropped", "droppedAt", "replaced", "replacedKeysIssuedAt", "lastConfirmedAt", "removed", "rejected", "rejectedKeys"],
            members.Select(member => member.Key));
        return record.ToBytes();
    }

    private static (CertificateRecord? Record, string Outcome) Take(CertificateRecord record, (string What, int Which) step, int index, ApplicationCertificate offered)
    {
        DateTimeOffset now = Fixture.Now.AddHours(9 * index);
        try
        {
            if (step.What == "offer")
            {
                CertificateOffer offer = record.Offer(offered, now, isCounted: step.Which % 2 == 1);
                return (offer.Record, $"{offer.Outcome} {offer.Problem}");
            }

            return (step.What switch
            {
                "confirm" => record.Confirm(now),
                "reject" => record.Reject(),
                "restore" => record.Restore(),
                "remove" => record.RemoveKey(SpareKeys.Signing(1 + (step.Which % 4)).PublicKey.Thumbprint),
                "establish" => CertificateRecord.Establish(record.Certificate, step.Which % 2 == 0 ? null : BaseUrl.Parse("https://wiki.example/b"), now),
                _ => record.Offer(offered, now, TimeSpan.Zero).Record,
            }, step.What);
        }
        catch (Exception problem) when (problem is InvalidOperationException or ArgumentException)
        {
            return (null, problem.Message);
        }
    }

    // The time of the next check is drawn at random.
    private static string DescribeHold(CertificateRecord record) =>
        $"{record.Pending?.TakesEffectAt} {record.Pending?.TimesServed} {record.Pending?.TimesNotServed} {record.Pending?.KeysIssuedAt} {record.Dropped?.DroppedAt}";
}
