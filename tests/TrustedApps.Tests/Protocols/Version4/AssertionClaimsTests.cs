using System.Text;
using Microsoft.Extensions.Primitives;
using TrustedApps.Diagnostics;
using TrustedApps.Protocols;
using TrustedApps.Protocols.Version4;

namespace TrustedApps.Tests.Protocols.Version4;

public class AssertionClaimsTests
{
    private static readonly ContentBinding _content = ContentBinding.Of("content"u8, "text/plain; charset=\"utf-8\"");

    private static readonly Gen<string?> _users = Gen.OneOf(
        Gen.Constant<string?>(null),
        Generators.TextOf(["a", "Z", " ", "é", "\U0001F600", "\"", "\\", "\\u0041", "中", "\u200D", "\u034F"], 20).Select(text => (string?)$"x{text}x"));

    private static readonly Gen<string> _uris = Generators.TextOf(["/", "a", "%41", "%zz", "?", "&", "..", ";", "\"", "\\", "#", "~", "!"], 20).Select(text => "/" + text);

    private static readonly Gen<string?> _types = Gen.Elements<string?>(null, "text/plain", "a/b; c=\"d\\\"e\"", "", "multipart/form-data;\tboundary=x", " ");

    [Property(MaxTest = 1000)]
    public Property Whatever_is_written_is_read_as_the_same() => ForAll.In(
        from user in _users
        from uri in _uris
        from type in _types
        from method in Gen.Elements("GET", "POST", "M-SEARCH", "get")
        from kind in Gen.Choose(0, 2)
        from time in Gen.Choose(0, int.MaxValue)
        select (user, uri, type, method, kind, time),
        given =>
        {
            ContentBinding content = given.kind switch { 0 => default, 1 => ContentBinding.Of([1, 2, 3], given.type), _ => ContentBinding.Unbound(given.type) };
            string text = Write(given.user, given.time, given.method, given.uri, content);
            Request request = new() { Method = given.method, Target = given.uri };
            if (content.ContentType is { } type) request = request.With("Content-Type", type);
            return Read(text, request, out OpenedAssertion opened) is null
                && opened.Mismatch is null && opened.User == given.user && opened.Milliseconds == given.time * 1000L
                && opened.Content.ToString() == content.Claim.ToString();
        });

    private static readonly Gen<IReadOnlyList<string>> _actors = Gen.Elements<IReadOnlyList<string>>([], ["blog"], ["blog", "feed:1"], ["a", "B", "_.-:"]);

    private static readonly Gen<IReadOnlyList<string>> _scopes = Gen.Elements<IReadOnlyList<string>>([], ["issues.read"], ["a", "!#[]~", new string('s', 64)]);

    private static readonly Gen<KeyValuePair<string, string>[]> _headers = Gen.Elements<KeyValuePair<string, string>[]>(
        [], [new("If-Match", "\"a\\b\"")], [new("idempotency-key", "k"), new("X-A", ""), new("x-b", "1 \t2")]);

    [Property(MaxTest = 1000)]
    public Property Whatever_else_is_written_is_read_as_the_same() => ForAll.In(
        from actors in _actors from scopes in _scopes from headers in _headers from isProven in Gen.Elements(false, true) select (actors, scopes, headers, isProven),
        given =>
        {
            var request = new OutgoingRequest
            {
                Url = "/a",
                Method = "GET",
                User = "fred",
                Actors = given.actors,
                Scopes = given.scopes,
                BoundHeaders = given.headers,
                RequireResponseProof = given.isProven,
            };
            Request received = given.headers.Aggregate(new Request { Target = "/a" }, (built, header) => built.With(header.Key, $" {header.Value} "));
            return Read(Write(request, 1), received, out OpenedAssertion opened) is null && opened.Mismatch is null
                && opened.Further.Actors.SequenceEqual(given.actors) && opened.Further.Scopes.SequenceEqual(given.scopes)
                && opened.Further.BoundHeaders.SequenceEqual(given.headers.Select(header => header.Key.ToLowerInvariant())) && opened.Further.DemandsResponseProof == given.isProven;
        });

    // Nothing is dropped: what the reader takes of a text near a good one is all that the text holds.
    [Property(MaxTest = 5000)]
    public Property Whatever_is_read_is_written_again_with_as_many_members() => ForAll.In(
        Generators.Mutate(
            Gen.Constant(Craft4.Says(uri: "/a", more: ",\"rsp\":true,\"act\":{\"sub\":\"wiki\",\"act\":{\"sub\":\"blog\"}},\"scope\":\"a b\",\"hdr\":{\"if-match\":\"x\"}")),
            Gen.OneOf(Generators.AnyCharacter, Gen.Elements("{}[]:,\"\\abcdht".ToCharArray()))),
        text =>
        {
            if (Read(text, new Request { Target = "/a" }, out OpenedAssertion opened) is not null) return true;
            using var json = System.Text.Json.JsonDocument.Parse(Encoding.UTF8.GetBytes(text));
            int members = 3 + (opened.User is null ? 0 : 1) + (opened.Further.DemandsResponseProof ? 1 : 0) + (opened.Further.Actors.Count > 0 ? 1 : 0)
                + (opened.Further.Scopes.Count > 0 ? 1 : 0) + (opened.Further.BoundHeaders.Count > 0 ? 1 : 0);
            return json.RootElement.EnumerateObject().Count() == members;
        });

    [Fact]
    public void It_reads_as_the_specification_has_it() => Assert.Equal(
        """{"sub":"fred","iat":1795000001,"htm":"GET","uri":"/rest/api/issues?q=open","dig":"sha-256=:7XACtDnprIRfIjV9giusFERzD722AW0+yUMil7nsn3M=:","cty":"text/plain; charset=\"utf-8\""}""",
        Write("fred", 1795000001, "GET", "/rest/api/issues?q=open", _content));

    [Theory]
    [InlineData("a", null)]
    [InlineData("", "is empty")]
    [InlineData(" a", "begins or ends with a space")]
    [InlineData("a ", "begins or ends with a space")]
    [InlineData("\u00A0a", null)] // U+0020 alone is named
    [InlineData("a\u3000", null)]
    [InlineData(" ", "begins or ends with a space")]
    [InlineData("a b", null)]
    [InlineData("a\u0000b", "control")]
    [InlineData("a\u001Fb", "control")]
    [InlineData("a\u007Fb", "control")]
    [InlineData("a\u0085b", "control")]
    [InlineData("a\u009Fb", "control")]
    [InlineData("a\u2028b", "line break")]
    [InlineData("a\u2029b", "line break")]
    [InlineData("a\u200Cb\u200Dc", null)] // Persian and Indian names need the joiners
    [InlineData("a\u00ADb", "U+00AD")]
    [InlineData("a\u200Bb", "U+200B")]
    [InlineData("a\u202Eb", "U+202E")]
    [InlineData("a\u2060b", "U+2060")]
    [InlineData("\uFEFFa", "U+FEFF")]
    [InlineData("a\uDB40\uDC41", "U+E0041")]
    [InlineData("a\u200C", "joiner")]
    [InlineData("\u200Da", "joiner")]
    [InlineData("\u200D", "joiner")]
    [InlineData("a\u034Fb", null)] // not of category Cf
    public void A_user_is_neither_written_nor_read_with_what_would_show_as_another(string user, string? problem)
    {
        string json = Craft4.Says($"\"sub\":{System.Text.Json.JsonSerializer.Serialize(user)},");
        string? refused = Read(json, new Request(), out OpenedAssertion opened);
        Exception? thrown = Record.Exception(() => Write(user, 1, "GET", "/", default));
        Assert.Equal(problem is null, refused is null);
        if (problem is null)
        {
            Assert.Null(thrown);
            Assert.Equal(user, opened.User);
        }
        else
        {
            Assert.Contains(problem, refused, StringComparison.Ordinal);
            Assert.Contains(problem, Assert.IsType<ArgumentException>(thrown).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("a", 255, true)]
    [InlineData("a", 256, false)]
    [InlineData("\U0001F600", 255, true)] // scalar values, not UTF-16 units
    [InlineData("\U0001F600", 256, false)]
    [InlineData("中", 255, true)]
    public void A_user_has_1_to_255_characters(string character, int count, bool allowed)
    {
        string user = string.Concat(Enumerable.Repeat(character, count));
        Assert.Equal(allowed, Record.Exception(() => Write(user, 1, "GET", "/", default)) is null);
        Assert.Equal(allowed, Read(Craft4.Says($"\"sub\":\"{user}\","), new Request(), out _) is null);
    }

    [Fact]
    public void Half_a_character_is_not_written()
    {
        foreach (string user in new[] { "\uD800", "a\uDC00", "\uDC00\uD800" })
        {
            Assert.Throws<ArgumentException>("request", () => Write(user, 1, "GET", "/", default));
        }

        Assert.Throws<ArgumentException>(() => Write("fred", 1, "GE\uDC00", "/", default));
        Assert.Throws<ArgumentException>(() => Write("fred", 1, "GET", "/", ContentBinding.Of([1], "\uD800")));
    }

    [Theory]
    [InlineData("POST\n", "/", null)]
    [InlineData("GET", "/", "text/plain\r\n")]
    public void What_would_not_be_read_as_the_same_is_not_written(string method, string uri, string? type) =>
        Assert.Throws<ArgumentException>(() => Write("fred", 1, method, uri, type is null ? default : ContentBinding.Of([1], type)));

    public static TheoryData<string> Malformed { get; } =
    [
        "", "{}", "[]", "null", "x", Craft4.Says() + " ", Craft4.Says() + "{}", " " + Craft4.Says(), "\uFEFF" + Craft4.Says(),
        Craft4.Says("\"sub\":null,"), Craft4.Says("\"sub\":1,"), Craft4.Says("\"sub\":[\"fred\"],"), Craft4.Says("\"sub\":\"\","), Craft4.Says("\"sub\":\"\\ud800\","),
        Craft4.Says("\"sub\":\"fred\",\"sub\":\"fred\","), Craft4.Says("\"sub\":\"fred\",\"s\\u0075b\":\"ann\","), Craft4.Says("\"sub\":\"a\\u0000\","), Craft4.Says("\"sub\":\"fred\", "),
        Craft4.Says(iat: "-1"), Craft4.Says(iat: "1.0"), Craft4.Says(iat: "1e3"), Craft4.Says(iat: "01"), Craft4.Says(iat: "\"1\""), Craft4.Says(iat: "null"),
        Craft4.Says(iat: "253402300800"), Craft4.Says().Replace("\"iat\"", "\"iatt\"", StringComparison.Ordinal),
        Craft4.Says().Replace("\"htm\"", "\"HTM\"", StringComparison.Ordinal), Craft4.Says().Replace("\"uri\"", "\"url\"", StringComparison.Ordinal),
        Craft4.Says().Replace("\"GET\"", "1", StringComparison.Ordinal), Craft4.Says(more: ",\"dig\":null"), Craft4.Says(more: ",\"dig\":\"NONE\""),
        Craft4.Says(more: ",\"dig\":\"\""), Craft4.Says(more: ",\"cty\":\"text/plain\""), Craft4.Says(more: ",\"dig\":\"none\",\"cty\":null"),
        Craft4.Says(more: ",\"dig\":\"none\",\"dig\":\"none\""), Craft4.Says(more: ",\"x\":1"), Craft4.Says(more: ",\"nbf\":1"),
    ];

    public static TheoryData<string> MalformedFurther { get; } =
    [
        "\"rsp\":false", "\"rsp\":null", "\"rsp\":1", "\"rsp\":\"true\"", "\"rsp\":{}",
        "\"act\":null", "\"act\":{}", "\"act\":\"wiki\"", "\"act\":[]", "\"act\":{\"sub\":\"wiki\"}", // nobody asked
        Acting("blog", "feed"), Acting("Wiki", "blog"), // the outermost is the issuer
        Acting("wiki", "blog", "blog"), Acting("wiki", "wiki"), Acting("wiki", "blog", "wiki"), Acting("wiki", "a", "b", "c", "d"), Acting("wiki", ""), Acting("wiki", "bl og"), Acting("wiki", "blög"),
        Acting("wiki", new string('a', 129)), Acting("wiki", "blog")[..^2] + ",\"x\":1}}", Acting("wiki", "blog")[..^1] + ",\"iss\":\"a\"}", "\"act\":{\"act\":{\"sub\":\"blog\"}}",
        "\"act\":{\"sub\":\"wiki\",\"act\":null}", "\"act\":{\"sub\":1,\"act\":{\"sub\":\"blog\"}}", "\"act\":{\"sub\":\"wiki\",\"act\":{\"sub\":\"blog\",\"act\":{}}}",
        "\"scope\":null", "\"scope\":[\"a\"]", "\"scope\":\"\"", "\"scope\":\" a\"", "\"scope\":\"a \"", "\"scope\":\"a  b\"", "\"scope\":\"a a\"", "\"scope\":\"a\\tb\"", "\"scope\":\"a\\u00e9\"",
        "\"scope\":\"a\\\"b\"", "\"scope\":\"a\\\\b\"", $"\"scope\":\"{new string('a', 65)}\"", $"\"scope\":\"{string.Join(' ', Enumerable.Range(0, 17))}\"",
        "\"hdr\":null", "\"hdr\":{}", "\"hdr\":[]", "\"hdr\":\"a\"", Binding("a", "1\"", "b"), "\"hdr\":{\"a\":1}", "\"hdr\":{\"a\":null}", "\"hdr\":{\"a\":{}}", "\"hdr\":{\"\":\"x\"}",
        Binding("If-Match", "x"), Binding("if match", "x"), Binding("if:match", "x"), Binding("\u00e9", "x"), Binding("a", " x"), Binding("a", "x "), Binding("a", "x\\t"), Binding("a", "\\u00e9"), Binding("a", "\\n"),
        Binding("a", new string('x', 1024)), "\"hdr\":{\"a\":\"x\",\"\\u0061\":\"x\"}", $"\"hdr\":{{{string.Join(',', Enumerable.Range(0, 9).Select(number => $"\"h{number}\":\"x\""))}}}",
        $"\"hdr\":{{\"a\":\"{new string('x', 600)}\",\"b\":\"{new string('x', 423)}\"}}",
        .. ((string[])["host", "content-type", "content-length", "cookie", "connection", "keep-alive", "proxy-authorization", "proxy-connection", "proxy-", "te", "trailer", "transfer-encoding", "upgrade",
            "expect", "via", "forwarded", "x-forwarded-for", "x-forwarded-", "accept-encoding", "x-seraph-trusted-app-id", "x-seraph-trusted-app-", "x-trusted-app-cert"]).Select(name => Binding(name, "x")),
    ];

    [Theory]
    [MemberData(nameof(MalformedFurther))]
    public void Malformed_further_claims_are_refused(string member)
    {
        Assert.NotNull(Read(Craft4.Says(more: "," + member), new Request(), out OpenedAssertion opened));
        Assert.Equal(default, opened);
    }

    public static TheoryData<string> GoodFurther { get; } =
    [
        Acting("wiki", "blog"), Acting("wiki", "a", "b", "c"), Acting("wiki", new string('a', 128)), "\"act\":{\"act\":{\"sub\":\"blog\"},\"sub\":\"wi\\u006bi\"}",
        $"\"scope\":\"{new string('a', 64)}\"", $"\"scope\":\"{string.Join(' ', Enumerable.Range(0, 16))}\"", "\"scope\":\"! # [ ] ~\"", "\"scope\":\"a\\u0020b\"",
        Binding("a", ""), Binding("a", new string('x', 1023)), Binding("x-forwarded", "x"), Binding("proxy", "x"), Binding("!#$%&'*+-.^_`|~09az", "x y"), Binding("a", "x\\ty"), "\"hdr\":{\"\\u0061\":\"\\u0078\"}",
        $"\"hdr\":{{{string.Join(',', Enumerable.Range(0, 8).Select(number => $"\"h{number}\":\"x\""))}}}", "\"rsp\":true",
    ];

    [Theory]
    [MemberData(nameof(GoodFurther))]
    public void Good_further_claims_are_read(string member) => Assert.Null(Read(Craft4.Says(more: "," + member), new Request(), out _));

    [Fact]
    public void An_act_needs_a_user_wherever_it_stands()
    {
        Assert.NotNull(Read(Craft4.Says("", more: "," + Acting("wiki", "blog")), new Request(), out _));
        Assert.Null(Read(Craft4.Says(Acting("wiki", "blog") + ",\"sub\":\"fred\","), new Request(), out OpenedAssertion opened));
        Assert.Equal(["blog"], opened.Further.Actors);
    }

    [Fact]
    public void A_bound_header_is_the_last_to_be_compared()
    {
        string hdr = ",\"dig\":\"none\"," + Binding("if-match", "x");
        Assert.Same(RejectionReason.NotForThisHeader, Mismatch(Craft4.Says(more: hdr), new Request()));
        Assert.Null(Mismatch(Craft4.Says(more: hdr), new Request().With("If-Match", "x")));
        Assert.Same(RejectionReason.NotForThisContentType, Mismatch(Craft4.Says(more: hdr), new Request().With("Content-Type", "a/b")));
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Malformed_claims_are_refused(string text) => Assert.NotNull(Read(text, new Request(), out _));

    [Fact]
    public void Bytes_that_are_no_UTF8_are_refused() =>
        Assert.NotNull(AssertionClaims.Read([.. Encoding.UTF8.GetBytes("{\"sub\":\""), 0xC0, 0xAF, .. Encoding.UTF8.GetBytes(Craft4.Says()[8..])], "wiki", new Request().ToIncoming(), out _));

    [Fact]
    public void Escapes_mean_what_they_stand_for()
    {
        Assert.Null(Read(Craft4.Says("\"s\\u0075b\":\"fr\\u0065d\","), new Request(), out OpenedAssertion opened));
        Assert.Equal(("fred", null), (opened.User, opened.Mismatch));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("253402300799", 253_402_300_799_000)]
    public void Times_reach_from_1970_to_9999(string iat, long milliseconds)
    {
        Assert.Null(Read(Craft4.Says(iat: iat), new Request(), out OpenedAssertion opened));
        Assert.Equal(milliseconds, opened.Milliseconds);
    }

    [Fact]
    public void Method_then_url_then_content_type_are_the_requests_exactly()
    {
        Request request = new Request { Method = "POST", Target = "/a" }.With("Content-Type", "text/plain");
        string Sent(string method, string uri, string more) => Craft4.Says(htm: method, uri: uri, more: $",\"dig\":\"none\"{more}");
        Assert.Null(Mismatch(Sent("POST", "/a", ",\"cty\":\"text/plain\""), request));
        Assert.Same(RejectionReason.NotForThisMethod, Mismatch(Sent("post", "/b", ""), request));
        Assert.Same(RejectionReason.NotForThisUrl, Mismatch(Sent("POST", "/b", ""), request));
        Assert.Same(RejectionReason.NotForThisUrl, Mismatch(Sent("POST", "/a?", ""), request));
        Assert.Same(RejectionReason.NotForThisUrl, Mismatch(Sent("POST", "/%61", ""), request));
        Assert.Same(RejectionReason.NotForThisContentType, Mismatch(Sent("POST", "/a", ""), request));
        Assert.Same(RejectionReason.NotForThisContentType, Mismatch(Sent("POST", "/a", ",\"cty\":\"text/plain \""), request));
        Assert.Same(RejectionReason.NotForThisContentType, Mismatch(Sent("POST", "/a", ",\"cty\":\"Text/plain\""), request));
        Assert.Same(RejectionReason.NotForThisContentType, Mismatch(Sent("POST", "/a", ",\"cty\":\"text/plain\""), request.Without("Content-Type")));
        Assert.Same(RejectionReason.NotForThisContentType, Mismatch(Sent("POST", "/a", ",\"cty\":\"text/plain\""), request.With("content-type", new StringValues(["text/plain", "text/plain"]))));
        Assert.Null(Mismatch(Craft4.Says(htm: "POST", uri: "/a"), request)); // without content its type means nothing
        Request twice = request.With("Content-Type", new StringValues(["text/plain", "text/plain"])), beyond = request.With("Content-Type", "text/é");
        Assert.Same(RejectionReason.NotForThisContentType, Mismatch(Craft4.Says(htm: "POST", uri: "/a"), twice)); // read in more than one way
        Assert.Same(RejectionReason.NotForThisContentType, Mismatch(Craft4.Says(htm: "POST", uri: "/a"), beyond));
        Assert.Same(RejectionReason.NotForThisContentType, Mismatch(Sent("POST", "/a", ",\"cty\":\"text/é\""), beyond));
    }

    [Property(MaxTest = 3000)]
    public Property Any_change_to_the_text_is_read_without_throwing() => ForAll.In(
        Generators.Mutate(Gen.Constant(Craft4.Says(more: ",\"dig\":\"none\"")), Generators.AnyCharacter),
        text => Read(text, new Request(), out OpenedAssertion opened) is not null || opened.Milliseconds >= 0);

    private static RejectionReason? Mismatch(string text, Request request)
    {
        Assert.Null(Read(text, request, out OpenedAssertion opened));
        return opened.Mismatch;
    }

    private static string? Read(string text, Request request, out OpenedAssertion opened) =>
        AssertionClaims.Read(Encoding.UTF8.GetBytes(text), "wiki", request.ToIncoming(), out opened);

    private static string Write(string? user, long issuedAt, string method, string uri, ContentBinding content) =>
        Write(new OutgoingRequest { Url = uri, Method = method, User = user, Content = content }, issuedAt);

    private static string Write(OutgoingRequest request, long issuedAt)
    {
        byte[] json = new byte[AssertionClaims.MaxLength(request, "wiki", request.Url)];
        return Encoding.UTF8.GetString(json, 0, AssertionClaims.Write(request, "wiki", issuedAt, request.Url, json));
    }

    private static string Acting(params string[] ids) => $"{string.Concat(ids.Select((id, index) => $"{(index == 0 ? "" : ",")}\"act\":{{\"sub\":\"{id}\""))}{new string('}', ids.Length)}";

    private static string Binding(string name, string value, string? more = null) => $"\"hdr\":{{\"{name}\":\"{value}{more}\"}}";
}
