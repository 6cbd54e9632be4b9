using System.Text;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Certificates;

public class CertificateDocumentTests
{
    private static readonly string _key = Fixture.Wiki.PublicKey.ToBase64();

    private static readonly Gen<string> _documents = Gen.OneOf(
        from count in Gen.Choose(0, 6)
        from lines in Gen.ArrayOf(Gen.Elements("wiki", "Zoë", _key, "1", "3", "0", "-1", "+2", "x", "", " ", "\t", Fixture.Magic, Fixture.Magic + " "), count)
        from end in Gen.Elements("\n", "\r\n", "\r", "\n\n")
        select string.Join(end, lines),
        Generators.Mutate(
            Gen.Elements($"wiki\n{_key}\n3\n{Fixture.Magic}", $"wiki\n{_key}"), Gen.OneOf(Gen.Elements('\n', '\r', ' ', '\0', '\uFEFF', '\u00A0'), Generators.AnyCharacter)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_document_has_four_lines_and_no_final_newline(int version) =>
        Assert.Equal($"wiki\n{_key}\n{version}\n-1159983122", Encoding.UTF8.GetString(Fixture.Wiki.ToLegacyCertificate(version).ToBytes()));

    [Fact]
    public void A_document_of_version_0_has_two_lines() =>
        Assert.Equal($"wiki\n{_key}", Encoding.UTF8.GetString(Fixture.Wiki.ToLegacyCertificate(version: null).ToBytes()));

    [Fact]
    public void What_was_written_is_read_again()
    {
        LegacyCertificate read = Read(Encoding.UTF8.GetString(Fixture.Wiki.ToLegacyCertificate().ToBytes()));
        Assert.Equal("wiki", read.Id);
        Assert.Equal(Fixture.Wiki.PublicKey, read.PublicKey);
        Assert.Equal(3, read.Version);
        Assert.Null(Read($"wiki\n{_key}").Version);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    [InlineData("\n\n")]
    [InlineData("\n \t\n")]
    [InlineData("  \n\0\u001F")]
    public void Lines_are_separated_trimmed_and_dropped_as_the_original_readers_do(string separator)
    {
        string document = string.Join(separator, "", "wiki", _key, "2", Fixture.Magic, "");
        Assert.Equal(("wiki", 2), (Read(document).Id, Read(document).Version));
    }

    [Fact]
    public void Lines_after_the_fourth_are_tolerated() =>
        Assert.Equal(3, Read($"wiki\n{_key}\n3\n{Fixture.Magic}\nand more\nof it").Version);

    [Fact]
    public void An_id_is_read_as_UTF8_and_keeps_its_inner_spaces() => Assert.Equal("Zoë's wiki", Read($" Zoë's wiki \n{_key}").Id);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("7", 7)]
    [InlineData("-1", -1)]
    [InlineData("03", 3)]
    [InlineData("2147483647", 2147483647)]
    public void A_version_is_a_decimal_number(string text, int version) =>
        Assert.Equal(version, Read($"wiki\n{_key}\n{text}\n{Fixture.Magic}").Version);

    [Theory]
    [InlineData("2147483648")]
    [InlineData("-2147483649")]
    [InlineData("３")]
    [InlineData("٣")]
    [InlineData("3.0")]
    [InlineData("1e0")]
    [InlineData("0x3")]
    [InlineData("1,000")]
    [InlineData("3 3")]
    [InlineData("three")]
    public void Anything_else_is_no_version(string text) =>
        AssertRefuses($"wiki\n{_key}\n{text}\n{Fixture.Magic}", "The third line is not a version: it must be a decimal number of 32 bits.");

    [Theory]
    [InlineData("1159983122")]
    [InlineData("-1159983123")]
    [InlineData("-01159983122")]
    [InlineData("- 1159983122")]
    [InlineData("0xBADC0FEE")]
    [InlineData("−1159983122")]
    public void A_wrong_magic_is_refused(string magic) =>
        AssertRefuses($"wiki\n{_key}\n3\n{magic}", "The fourth line is not the magic number of a certificate.");

    [Fact]
    public void One_line_and_exactly_three_are_refused()
    {
        AssertRefuses("", "The document has 0 lines:");
        AssertRefuses(" \n \n", "The document has 0 lines:");
        AssertRefuses("wiki", "The document has 1 lines:");
        AssertRefuses($"wiki\n{_key}\n3", "The document has 3 lines:");
        AssertRefuses($"wiki\n{_key}\n\n3\n", "The document has 3 lines:");
        AssertRefuses($"wiki\n\n{_key}\n{Fixture.Magic}", "The document has 3 lines:");
    }

    [Fact]
    public void Byte_order_marks_and_no_break_spaces_are_refused()
    {
        const string problem = "The document is not UTF-8 text, or it holds a byte order mark or no-break spaces.";
        AssertRefuses($"\uFEFFwiki\n{_key}", problem);
        AssertRefuses($"wiki\n{_key}\uFEFF", problem);
        AssertRefuses($"\u00A0wiki\n{_key}", problem);
        AssertRefuses($"wiki\n{_key}\n3\u00A0\n{Fixture.Magic}", problem);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused()
    {
        byte[] document = [0xFF, .. Fixture.Wiki.ToLegacyCertificate().ToBytes()];
        Assert.False(LegacyCertificate.TryRead(document, out _, out string? problem));
        Assert.StartsWith("The document is not UTF-8 text", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_that_is_none_is_refused()
    {
        const string problem = "The first line is not an application id of";
        AssertRefuses($"wi\u0085ki\n{_key}", problem);
        AssertRefuses($"wi\tki\n{_key}", problem);
        AssertRefuses($"{new string('a', 256)}\n{_key}", problem);
        Assert.Equal(255, Read($"{new string('a', 255)}\n{_key}").Id.Length);
    }

    [Fact]
    public void A_key_that_is_none_is_refused_and_the_problem_told()
    {
        AssertRefuses("wiki\nwhatever!", "The public key is not base64 of a SubjectPublicKeyInfo.");
        AssertRefuses($"wiki\n{_key[..^4]}", "The public key is not");
        AssertRefuses($"wiki\n{Convert.ToBase64String([.. Fixture.Wiki.PublicKey.SubjectPublicKeyInfo.ToArray(), 0])}", "The public key is not the DER");
    }

    [Fact]
    public void A_weak_key_is_read_and_known_to_be_weak()
    {
        ApplicationKeys weak = Fixture.OfBits(1024);
        LegacyCertificate read = Read($"wiki\n{weak.PublicKey.ToBase64()}");
        Assert.Equal("The key has 1024 bits; a trust needs 2048.", read.PublicKey.Weakness);
    }

    [Fact]
    public void A_document_is_at_most_65536_bytes_long()
    {
        string document = $"wiki\n{_key}";
        Assert.Equal("wiki", Read(document.PadRight(65_536)).Id);
        AssertRefuses(document.PadRight(65_537), "The document is longer than 65,536 bytes.");
    }

    [Fact]
    public void A_login_page_is_named_as_what_it_may_be() =>
        AssertRefuses("<html>\n<body>\n</html>", "It may be a login or error page.");

    [Property(MaxTest = 5000)]
    public Property What_is_read_writes_back_to_a_document_that_reads_the_same() => ForAll.In(
        _documents,
        document =>
        {
            if (!LegacyCertificate.TryRead(Encoding.UTF8.GetBytes(document), out LegacyCertificate? read, out string? problem)) return problem is not null;
            LegacyCertificate again = Read(Encoding.UTF8.GetString(read.ToBytes()));
            return problem is null && again.Id == read.Id && again.PublicKey.Equals(read.PublicKey) && again.Version == read.Version;
        });

    private static LegacyCertificate Read(string document)
    {
        Assert.True(LegacyCertificate.TryRead(Encoding.UTF8.GetBytes(document), out LegacyCertificate? certificate, out string? problem), problem);
        return certificate;
    }

    private static void AssertRefuses(string document, string problem)
    {
        Assert.False(LegacyCertificate.TryRead(Encoding.UTF8.GetBytes(document), out LegacyCertificate? certificate, out string? said));
        Assert.Null(certificate);
        Assert.Contains(problem, said, StringComparison.Ordinal);
    }
}
