using System.Text.Json.Nodes;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Tests.Keys;
using TrustedApps.Text;

namespace TrustedApps.Tests.Certificates;

public class ApplicationCertificateTests
{
    private static readonly ApplicationKeys _keys = new("wiki:8731", new KeyRing(
        [
            Fixture.Wiki.LegacyKey, SpareKeys.Signing(1), SpareKeys.Signing(2).As(KeyStatus.Next), SpareKeys.Signing(3).As(KeyStatus.Retired, Fixture.Now),
            SpareKeys.Encrypting(1), SpareKeys.Encrypting(2).As(KeyStatus.Next), SpareKeys.Encrypting(3).As(KeyStatus.Retired, Fixture.Now),
        ],
        Fixture.Now));

    [Fact]
    public void What_an_application_signs_another_one_reads()
    {
        ApplicationCertificate made = _keys.ToCertificate("The wiki", new FakeTimeProvider(Fixture.Now));
        ApplicationCertificate read = Read(made.ToBytes());

        Assert.All([made, read], certificate =>
        {
            Assert.Equal(("wiki:8731", "The wiki", Fixture.Now), (certificate.Id, certificate.Name, certificate.IssuedAt));
            Assert.Equal([4], certificate.Versions);
            Assert.Equal([SpareKeys.Signing(1).PublicKey, SpareKeys.Signing(2).PublicKey, SpareKeys.Signing(3).PublicKey], certificate.SigningKeys);
            Assert.Equal([SpareKeys.Encrypting(1).PublicKey, SpareKeys.Encrypting(2).PublicKey], certificate.EncryptionKeys);
        });
        Assert.Equal(made.ToBytes(), read.ToBytes());
        Assert.Equal($"wiki:8731 ({SpareKeys.Signing(1).KeyId}, {SpareKeys.Signing(2).KeyId}, {SpareKeys.Signing(3).KeyId})", read.ToString());
    }

    [Fact]
    public void The_document_holds_a_payload_and_signatures_and_nothing_else()
    {
        JsonObject document = JsonNode.Parse(_keys.ToCertificate(time: new FakeTimeProvider(Fixture.Now)).ToBytes())!.AsObject();
        Assert.Equal(["payload", "signatures"], document.Select(member => member.Key));
        Assert.All(document["signatures"]!.AsArray(), signature => Assert.Equal(["protected", "signature"], signature!.AsObject().Select(member => member.Key)));
        JsonNode payload = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars((string)document["payload"]!))!;
        Assert.Equal(["iss", "name", "iat", "versions", "keys"], payload.AsObject().Select(member => member.Key));
        Assert.All(payload["keys"]!.AsArray(), key => Assert.Equal(["kty", "use", "alg", "kid", "n", "e"], key!.AsObject().Select(member => member.Key)));
        Assert.Equal("wiki:8731", (string?)payload["name"]); // when nothing is said
    }

    [Fact]
    public void A_retired_signing_key_leaves_the_certificate_which_is_newer_then()
    {
        ApplicationCertificate later = Read(_keys.ToCertificate(time: new FakeTimeProvider(Fixture.Now.AddDays(7))).ToBytes(), Fixture.Now.AddDays(7));
        Assert.Equal(2, later.SigningKeys.Count);
        Assert.Equal(Fixture.Now.AddDays(7), later.IssuedAt);
        Assert.Equal(_keys.CertificateChangedAt(Fixture.Now.AddDays(7)), later.IssuedAt);
    }

    [Property(MaxTest = 200)]
    public Property Any_good_name_reads_back() => ForAll.In(
        Generators.AnyText,
        name => DisplayName.IsValid(name)
            ? Read(Fixture.Wiki.ToCertificate(name).ToBytes(), TimeProvider.System.GetUtcNow()).Name == name
            : Record.Exception(() => Fixture.Wiki.ToCertificate(name)) is ArgumentException);

    [Fact]
    public void An_application_without_keys_for_version_4_has_no_certificate()
    {
        var old = new ApplicationKeys("wiki", Fixture.Wiki.LegacyKey.ExportParameters());
        Assert.Contains("publish-next", Assert.Throws<InvalidOperationException>(() => old.ToCertificate()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("name", () => Fixture.Wiki.ToCertificate("a\u202Eb"));
    }

    [Fact]
    public void The_bytes_that_it_gives_away_are_a_copy()
    {
        ApplicationCertificate certificate = Fixture.Wiki.ToCertificate();
        certificate.ToBytes()[0] = 0;
        Assert.Equal((byte)'{', certificate.ToBytes()[0]);
    }

    [Fact]
    public void What_is_no_certificate_is_refused()
    {
        Assert.False(ApplicationCertificate.TryRead("{}"u8, Fixture.Now, out ApplicationCertificate? certificate, out string? problem));
        Assert.Null(certificate);
        Assert.Contains("not a certificate", problem, StringComparison.Ordinal);
    }

    private static ApplicationCertificate Read(byte[] document, DateTimeOffset? now = null)
    {
        Assert.True(ApplicationCertificate.TryRead(document, now ?? Fixture.Now, out ApplicationCertificate? certificate, out string? problem), problem);
        return certificate;
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void A_file_may_end_in_a_line_end(string end)
    {
        byte[] document = Fixture.Wiki.ToCertificate().ToBytes();
        string file = Path.GetTempFileName();
        File.WriteAllBytes(file, [.. document, .. System.Text.Encoding.ASCII.GetBytes(end)]);

        Assert.Equal(document, ApplicationCertificate.Load(file).ToBytes());
        File.Delete(file);
    }

    [Fact]
    public void A_file_that_is_none_is_named_and_never_read_beyond_the_longest_certificate()
    {
        Assert.StartsWith("/nowhere/wiki.certificate does not exist", Assert.Throws<CertificateException>(() => ApplicationCertificate.Load("/nowhere/wiki.certificate")).Message, StringComparison.Ordinal);
        if (!OperatingSystem.IsLinux()) return;

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.StartsWith("/dev/zero: ", Assert.Throws<CertificateException>(() => ApplicationCertificate.Load("/dev/zero")).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }
}
