using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using TrustedApps.Text;

namespace TrustedApps.Tests.Text;

public class JoseHeaderTests
{
    private const string Good = """{"alg":"PS256","kid":"k1","typ":"t+jwt","iss":"wiki"}""";

    private static readonly JoseHeader _header = new(("alg", "PS256"), ("kid", ""), ("typ", "t+jwt"), ("iss", ""));

    public static TheoryData<string> Bad { get; } =
    [
        "", "{}", "[]", "null", Good + " ", " " + Good, Good + "{}", "\uFEFF" + Good,
        Good.Replace("PS256", "none", StringComparison.Ordinal),
        Good.Replace("PS256", "ps256", StringComparison.Ordinal),
        Good.Replace("\"PS256\"", "null", StringComparison.Ordinal),
        Good.Replace("\"PS256\"", "1", StringComparison.Ordinal),
        Good.Replace("\"PS256\"", "[\"PS256\"]", StringComparison.Ordinal),
        Good.Replace("\"alg\":\"PS256\",", "", StringComparison.Ordinal),
        Good.Replace("\"kid\":\"k1\",", "", StringComparison.Ordinal),
        Good.Replace(",\"iss\":\"wiki\"", "", StringComparison.Ordinal),
        Good.Replace("t+jwt", "application/t+jwt", StringComparison.Ordinal),
        Good.Replace("t+jwt", "T+JWT", StringComparison.Ordinal),
        Good.Replace("\"alg\"", "\"Alg\"", StringComparison.Ordinal),
        Good.Replace("{", "{\"alg\":\"PS256\",", StringComparison.Ordinal),
        Good.Replace("{", "{\"\\u0061lg\":\"PS256\",", StringComparison.Ordinal),
        Good.Replace("{", "{\"kid\":\"k2\",", StringComparison.Ordinal),
        Good.Replace("}", ",\"crit\":[\"exp\"]}", StringComparison.Ordinal),
        Good.Replace("}", ",\"zip\":\"DEF\"}", StringComparison.Ordinal),
        Good.Replace("}", ",\"x5u\":\"https://evil.example\"}", StringComparison.Ordinal),
        Good.Replace("}", ",\"\":\"\"}", StringComparison.Ordinal),
        Good.Replace("k1", "\\ud800", StringComparison.Ordinal),
        Good.Replace("k1", new string('k', 1024), StringComparison.Ordinal),
    ];

    [Fact]
    public void What_is_written_reads_back()
    {
        string encoded = _header.Write("k1", "wiki");
        Assert.Equal(Good, Encoding.ASCII.GetString(Base64Url.DecodeFromChars(encoded)));
        string[] varying = ["", ""];
        Assert.True(_header.TryRead(encoded, varying));
        Assert.Equal(["k1", "wiki"], varying);
    }

    [Theory]
    [InlineData("""{"iss":"wiki","typ":"t+jwt","kid":"k1","alg":"PS256"}""")]
    [InlineData("""{"\u0069ss":"w\u0069ki","typ":"t\u002Bjwt","kid":"k1","alg":"PS256"}""")]
    public void Order_and_spelling_do_not_matter(string json)
    {
        string[] varying = ["", ""];
        Assert.True(TryRead(json, varying));
        Assert.Equal(["k1", "wiki"], varying);
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void Any_other_shape_is_refused(string json) => Assert.False(TryRead(json, new string[2]));

    [Fact]
    public void The_encoding_is_canonical()
    {
        string encoded = Base64Url.EncodeToString(Encoding.ASCII.GetBytes(Good));
        Assert.Equal(3, encoded.Length % 4);
        Assert.All((string[])[encoded + "=", encoded + "\n", " " + encoded, encoded[..^1] + (char)(encoded[^1] + 1), encoded + "A"], text => Assert.False(_header.TryRead(text, new string[2])));
    }

    [Property(MaxTest = 5000)]
    public Property Whatever_is_nearly_a_header_has_these_members_or_is_refused() => ForAll.In(
        Generators.Mutate(Gen.Constant(Good), Generators.AnyCharacter),
        text =>
        {
            string[] varying = ["", ""];
            if (!TryRead(text, varying)) return true;
            JsonObject json = JsonNode.Parse(Encoding.UTF8.GetBytes(text))!.AsObject();
            return json.Count == 4 && (string?)json["alg"] == "PS256" && (string?)json["typ"] == "t+jwt"
                && (string?)json["kid"] == varying[0] && (string?)json["iss"] == varying[1];
        });

    private static bool TryRead(string json, string[] varying) => _header.TryRead(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json)), varying);
}
