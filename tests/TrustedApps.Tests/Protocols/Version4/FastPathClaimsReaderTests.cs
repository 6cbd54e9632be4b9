using System.Text;
using TrustedApps.Protocols;
using TrustedApps.Protocols.Version4;

namespace TrustedApps.Tests.Protocols.Version4;

public class FastPathClaimsReaderTests
{
    private const string Usual = """{"sub":"fred","iat":1795000001,"htm":"GET","uri":"/rest/api/issues?q=open"}""";

    private static readonly Request _request = new() { Method = "GET", Target = "/rest/api/issues?q=open" };

    private const string Proven = """{"sub":"fred","iat":1795000001,"htm":"GET","uri":"/rest/api/issues?q=open","rsp":true}""";

    private static readonly Gen<string> _nearlyUsual = Generators.Mutate(
        Gen.Elements(Usual, Proven, """{"sub":"a\u0041","iat":12,"htm":"GET","uri":"/rest/api/issues?q=open"}""", Usual.Replace("}", ",\"x\":1}", StringComparison.Ordinal)),
        Gen.Elements("\"\\{}:,0159 aé\0\n-+.".ToCharArray()));

    [Fact]
    public void What_the_library_writes_for_a_plain_user_is_usual()
    {
        Span<byte> json = stackalloc byte[512];
        int length = AssertionClaims.Write(new OutgoingRequest { Url = "", User = "fred" }, "wiki", 1795000001, "/rest/api/issues?q=open", json);
        Assert.Equal(Usual, Encoding.UTF8.GetString(json[..length]));
        Assert.True(TryRead(Usual, out OpenedAssertion opened));
        Assert.Equal(("fred", 1795000001000), (opened.User, opened.Milliseconds));
        Assert.Null(opened.Mismatch);
    }

    [Fact]
    public void So_is_a_demand_for_a_proof()
    {
        Span<byte> json = stackalloc byte[512];
        var request = new OutgoingRequest { Url = "", User = "fred", RequireResponseProof = true };
        int length = AssertionClaims.Write(request, "wiki", 1795000001, "/rest/api/issues?q=open", json);
        Assert.Equal(Proven, Encoding.UTF8.GetString(json[..length]));
        Assert.True(TryRead(Proven, out OpenedAssertion opened));
        Assert.Same(FurtherClaims.ProofOnly, opened.Further);
    }

    // A request with several, or with one beyond printable ASCII, is refused even without content.
    [Fact]
    public void A_request_that_has_a_content_type_is_left_to_the_strict_reader() => Assert.False(
        FastPathClaimsReader.TryRead(Encoding.UTF8.GetBytes(Usual), _request.With("content-type", "text/plain").ToIncoming(), out _));

    // The short cut sees nothing that the strict reader would not see: the same claims, with a name that is spelt in
    // another way, go the long way.
    [Property(MaxTest = 20_000)]
    public Property Whatever_is_read_is_what_the_strict_reader_reads() => ForAll.In(
        _nearlyUsual,
        text => !TryRead(text, out OpenedAssertion opened) || (ReadStrictly(text, out OpenedAssertion strict) is null && opened == strict));

    [Theory]
    [InlineData("""{"sub":"fred","iat":1795000001,"htm":"GET","uri":"/rest/api/issues?q=open","x":1}""")]
    [InlineData("""{"sub":"fred","iat":1795000001,"htm":"GET","uri":"/rest/api/issues?q=open","rsp":false}""")]
    [InlineData("""{"sub":"fred","iat":1795000001,"htm":"GET","uri":"/rest/api/issues?q=open","rsp":true}}""")]
    [InlineData("""{"sub":"fred","iat":1795000001,"htm":"GET","uri":"/rest/api/issues?q=open","rsp":true,"rsp":true}""")]
    [InlineData("""{"iat":1795000001,"htm":"GET","uri":"/rest/api/issues?q=open"}""")]
    [InlineData("""{"sub":"","iat":1795000001,"htm":"GET","uri":"/rest/api/issues?q=open"}""")]
    [InlineData("""{"sub":"fr ed","iat":1795000001,"htm":"GET","uri":"/rest/api/issues?q=open"}""")]
    [InlineData("""{"sub":"fr\\ed","iat":1795000001,"htm":"GET","uri":"/rest/api/issues?q=open"}""")]
    [InlineData("""{"sub":"frédéric","iat":1795000001,"htm":"GET","uri":"/rest/api/issues?q=open"}""")]
    [InlineData("""{"sub":"fred","iat":01795000001,"htm":"GET","uri":"/rest/api/issues?q=open"}""")]
    [InlineData("""{"sub":"fred","iat":-1,"htm":"GET","uri":"/rest/api/issues?q=open"}""")]
    [InlineData("""{"sub":"fred","iat":+1,"htm":"GET","uri":"/rest/api/issues?q=open"}""")]
    [InlineData("""{"sub":"fred","iat":253402300800,"htm":"GET","uri":"/rest/api/issues?q=open"}""")]
    [InlineData("""{"sub":"fred","iat":99999999999999999999,"htm":"GET","uri":"/rest/api/issues?q=open"}""")]
    [InlineData("""{"sub":"fred","iat":1795000001.0,"htm":"GET","uri":"/rest/api/issues?q=open"}""")]
    [InlineData("""{"sub":"fred","iat":1795000001,"htm":"get","uri":"/rest/api/issues?q=open"}""")]
    [InlineData("""{"sub":"fred","iat":1795000001,"htm":"GET","uri":"/rest/api/issues?q=OPEN"}""")]
    [InlineData("""{"sub":"fred","iat":1795000001,"htm":"GET","uri":"/rest/api/issues?q=open" }""")]
    [InlineData("""{"sub":"fred","iat":1795000001,"htm":"GET","uri":"/rest/api/issues?q=open"}}""")]
    [InlineData("")]
    [InlineData("{\"sub\":\"fred")]
    public void Whatever_is_not_usual_is_left_to_the_strict_reader(string text)
    {
        Assert.False(TryRead(text, out OpenedAssertion opened));
        Assert.Equal(default, opened);
    }

    // The one claim could otherwise be made of two.
    [Theory]
    [InlineData("/a\",\"x\":\"y")]
    [InlineData("/a\\")]
    [InlineData("/a\nb")]
    public void A_target_that_needs_escapes_is_not_usual(string target)
    {
        string text = $$"""{"sub":"fred","iat":1,"htm":"GET","uri":"{{target}}"}""";
        Assert.False(FastPathClaimsReader.TryRead(Encoding.UTF8.GetBytes(text), new Request { Method = "GET", Target = target }.ToIncoming(), out _));
    }

    private static bool TryRead(string text, out OpenedAssertion opened) =>
        FastPathClaimsReader.TryRead(Encoding.UTF8.GetBytes(text), _request.ToIncoming(), out opened);

    private static string? ReadStrictly(string text, out OpenedAssertion opened) =>
        AssertionClaims.Read(Encoding.UTF8.GetBytes(text.Replace("{\"sub\"", "{\"s\\u0075b\"", StringComparison.Ordinal)), "wiki", _request.ToIncoming(), out opened);
}
