using System.Text;
using System.Text.Json;
using TrustedApps.Text;

namespace TrustedApps.Tests.Text;

public class StrictJsonTests
{
    private static readonly JsonDocumentOptions _oracle = new() { AllowDuplicateProperties = false, MaxDepth = 5 };

    private static readonly Gen<string> _string = Generators.TextOf(
        ["a", "b", "\u00E9", "\u2028", "\U0001F600", "\\\"", "\\\\", "\\/", "\\b", "\\n", "\\u0061", "\\u00e9", "\\uD83D\\uDE00", "\\ud83d\\ude00", "\\u0000", "\\u2028"], 4)
        .Select(text => $"\"{text}\"");

    private static readonly Gen<string> _number = Gen.OneOf(
        Gen.Elements("0", "1", "10", "253402300799"), Gen.Choose(0, int.MaxValue).Select(number => number.ToString(CultureInfo.InvariantCulture)));

    private static readonly Gen<string> _object = ObjectOf(3);

    // Like the former, and like what is not allowed.
    private static readonly Gen<string> _nearlyObject = Generators.Mutate(
        Gen.OneOf(_object, Gen.Elements(
            "{\"a\":-1}", "{\"a\":1.0}", "{\"a\":1e1}", "{\"a\":01}", "{\"a\":1,\"\\u0061\":2}", "{\"a\":\"\\ud800\"}", "{\"a\": 1}", "{}\n", "[1]", "{\"a\":[1,]}", "{\"a\":[[[]]]}", "{\"a\":[[[[]]]]}")),
        Gen.OneOf(Generators.AnyCharacter, Gen.Elements("{}[]:,\"\\0123456789-+.eEtfnu \n\uFEFF".ToCharArray())));

    public static TheoryData<string> Good { get; } =
    [
        "{}", "{\"\":\"\"}", "{\"a\":1}", "{\"a\":0}", "{\"a\":253402300799}", "{\"a\":true,\"b\":false,\"c\":null}", "{\"a\":[]}", "{\"a\":[{},{}]}",
        "{\"a\":{\"b\":{\"c\":{}}}}", "{\"a\":{\"a\":1},\"b\":{\"a\":1}}", "{\"a\":\" \u007F\u0085\u2028\uFEFF\U0001F600\"}", "{\"a\":\"\\u0000\\u001F\\ud83d\\uDE00\"}", "{\"a\":1,\"A\":1}",
    ];

    public static TheoryData<string> Bad { get; } =
    [
        "", "1", "\"a\"", "[]", "[{}]", "null", "true", "{", "}", "{}}", "{}{}", "{},", "{}1", "{}\0", // one object and nothing after it
        "\uFEFF{}", " {}", "{} ", "{ }", "{\t}", "{\"a\" :1}", "{\"a\": 1}", "{\"a\":1 }", "{\"a\":1, \"b\":1}", "{\"a\":[ ]}", "{\"a\":[1 ,1]}", "{\n}", "{}\r\n",
        "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":1}", "{\"\\u0061\":1,\"\\u0061\":1}", "{\"\u00E9\":1,\"\\u00e9\":1}", "{\"\":1,\"\":1}", "{\"x\":{\"a\":1,\"a\":1}}", "{\"x\":[{\"a\":1,\"a\":1}]}",
        "{\"a\":{},\"b\":1,\"a\":1}", "{\"/\":1,\"\\/\":1}", "{\"\\ud83d\\ude00\":1,\"\U0001F600\":1}",
        "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{}}}}}}", "{\"a\":[[[[[]]]]]}", "{\"a\":[[[[{}]]]]}",
        "{\"a\":-1}", "{\"a\":-0}", "{\"a\":+1}", "{\"a\":00}", "{\"a\":01}", "{\"a\":1.0}", "{\"a\":1.}", "{\"a\":.1}", "{\"a\":1e1}", "{\"a\":1E1}", "{\"a\":0x1}", "{\"a\":253402300800}", "{\"a\":1000000000000}",
        "{\"a\":9223372036854775808}", "{\"a\":NaN}", "{\"a\":Infinity}", "{\"a\":\u0661}",
        "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{,\"a\":1}", "{a:1}", "{'a':1}", "{1:1}", "{null:1}", "{\"a\":1\"b\":1}", "{\"a\":1:2}", "{\"a\",1}", "{\"a\":[1,]}", "{\"a\":[,1]}", "{\"a\":[1 1]}", "{\"a\":[}", "{\"a\":[1}", "{\"a\":{]}",
        "{\"a\":True}", "{\"a\":tru}", "{\"a\":nul}", "{\"a\":nulll}", "{\"a\":undefined}", "{\"a\":1/**/}", "{\"a\":1}//",
        "{\"a\":\"}", "{\"a\":\"\\\"}", "{\"a\":\"\\x41\"}", "{\"a\":\"\\U0041\"}", "{\"a\":\"\\a\"}", "{\"a\":\"\\'\"}", "{\"a\":\"\\u004\"}", "{\"a\":\"\\u00g1\"}", "{\"a\":\"\\u+041\"}", "{\"a\":\"\\u 041\"}", "{\"a\":\"\\", "{\"a\":\"\\u", "{\"a\":\"\\u0041",
        "{\"a\":\"\n\"}", "{\"a\":\"\t\"}", "{\"a\":\"\0\"}", "{\"a\":\"\u001F\"}",
        "{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\"}", "{\"a\":\"\\ud800\\ud800\"}", "{\"a\":\"\\ud800x\"}", "{\"a\":\"\\ud800\\n\"}", "{\"a\":\"\\udc00\\ud800\"}", "{\"\\ud800\":1}",
    ];

    [Theory]
    [MemberData(nameof(Good))]
    public void What_the_rules_allow_is_read(string json)
    {
        Assert.True(Accepts(Encoding.UTF8.GetBytes(json)));
        Assert.True(ReadsAsTheOracleDoes(Encoding.UTF8.GetBytes(json)));
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_a_rule_forbids_is_refused(string json) => Assert.False(Accepts(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_refused()
    {
        byte[][] bad = [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC3], [0x80], [0xE2, 0x80]];
        Assert.All(bad, bytes =>
        {
            Assert.False(Accepts([.. "{\"a\":\""u8, .. bytes, .. "\"}"u8]));
            Assert.False(Accepts([.. "{\""u8, .. bytes, .. "\":1}"u8]));
            Assert.False(Accepts([.. "{}"u8, .. bytes]));
        });
        Assert.False(Accepts([0xFE, 0xFF, 0, (byte)'{', 0, (byte)'}']));
        Assert.False(Accepts([0xEF, 0xBB, 0xBF, .. "{}"u8]));
    }

    [Fact]
    public void A_name_that_is_there_twice_is_found_among_many()
    {
        string many = string.Join(',', Enumerable.Range(0, 500).Select(number => $"\"{number}\":{number}"));
        Assert.True(Accepts(Encoding.ASCII.GetBytes($"{{{many}}}")));
        Assert.True(Accepts(Encoding.ASCII.GetBytes($$"""{"a":{{{many}}},"b":{{{many}}},"c":{"d":{{{many}}},{{many}}},{{many}}}""")));
        foreach (int twice in (int[])[0, 15, 16, 17, 499]) Assert.False(Accepts(Encoding.ASCII.GetBytes($"{{{many},\"{twice}\":0}}")));
        Assert.False(Accepts(Encoding.ASCII.GetBytes($$"""{"0":{{{many}}},{{many}}}""")));
    }

    [Property(MaxTest = 20_000)]
    public Property Whatever_is_accepted_means_the_same_to_System_Text_Json() => ForAll.In(
        _nearlyObject.Select(Encoding.UTF8.GetBytes),
        json => !Accepts(json) || ReadsAsTheOracleDoes(json));

    [Property(MaxTest = 3000)]
    public Property Whatever_follows_the_rules_is_accepted_and_means_the_same_to_System_Text_Json() => ForAll.In(
        _object.Select(Encoding.UTF8.GetBytes),
        json => Accepts(json) && ReadsAsTheOracleDoes(json));

    [Fact]
    public void Every_beginning_of_a_document_is_refused()
    {
        byte[] json = "{\"a\":[1,{\"b\":\"\\ud83d\\ude00\\n\"},true,null],\"c\":12}"u8.ToArray();
        Assert.True(Accepts(json));
        for (int length = 0; length < json.Length; length++) Assert.False(Accepts(json[..length]));
    }

    [Fact]
    public void After_a_fault_nothing_is_read_any_more()
    {
        var json = new StrictJson("{\"a\":\"x\",\"b\":1}"u8);
        Assert.True(json.BeginObject());
        Assert.True(json.NextName(out _));
        Assert.False(json.ReadNumber(out _)); // it is a text
        Assert.False(json.ReadString(out _));
        Assert.False(json.Skip());
        Assert.False(json.NextName(out _));
        Assert.False(json.BeginObject());
        Assert.False(json.BeginArray());
        Assert.False(json.NextItem());
        Assert.False(json.IsDone);
    }

    [Fact]
    public void A_value_that_nobody_read_is_a_fault()
    {
        var json = new StrictJson("{\"a\":\"x\",\"b\":1}"u8);
        Assert.True(json.BeginObject());
        Assert.True(json.NextName(out _));
        Assert.False(json.NextName(out _));
        Assert.False(json.IsDone);
    }

    private static bool Accepts(byte[] text)
    {
        var json = new StrictJson(text);
        if (!json.BeginObject()) return false;
        while (json.NextName(out _)) json.Skip();
        return json.IsDone;
    }

    private static bool ReadsAsTheOracleDoes(byte[] text)
    {
        using var oracle = JsonDocument.Parse(text, _oracle); // throws if the oracle refuses
        var json = new StrictJson(text);
        return ReadsAs(ref json, oracle.RootElement) && json.IsDone;
    }

    private static bool ReadsAs(ref StrictJson json, JsonElement expected)
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                if (!json.BeginObject()) return false;
                foreach (JsonProperty member in expected.EnumerateObject())
                {
                    if (!json.NextName(out JsonText name) || !Means(name, member.Name) || !ReadsAs(ref json, member.Value)) return false;
                }

                return !json.NextName(out _);
            case JsonValueKind.Array:
                if (!json.BeginArray()) return false;
                foreach (JsonElement item in expected.EnumerateArray())
                {
                    if (!json.NextItem() || !ReadsAs(ref json, item)) return false;
                }

                return !json.NextItem();
            case JsonValueKind.String:
                return json.ReadString(out JsonText text) && Means(text, expected.GetString()!);
            case JsonValueKind.Number:
                return json.ReadNumber(out long number) && number == expected.GetInt64();
            default:
                return json.Skip();
        }
    }

    private static bool Means(JsonText text, string expected) =>
        text.ToString() == expected && text.Is(expected) && text.Is(Encoding.UTF8.GetBytes(expected))
        && !text.Is(expected + "x") && !text.Is(Encoding.UTF8.GetBytes("x" + expected))
        && text.MaxLength >= Encoding.UTF8.GetByteCount(expected);

    private static Gen<string> ValueOf(int depth)
    {
        Gen<string> flat = Gen.OneOf(_string, _number, Gen.Elements("true", "false", "null"));
        return depth == 0 ? flat : Gen.OneOf(flat, flat, ObjectOf(depth - 1), ArrayOf(depth - 1));
    }

    private static Gen<string> ArrayOf(int depth) =>
        from count in Gen.Choose(0, 3)
        from items in Gen.ArrayOf(ValueOf(depth), count)
        select $"[{string.Join(',', items)}]";

    // The number in front makes each name another one.
    private static Gen<string> ObjectOf(int depth) =>
        from count in Gen.Choose(0, 3)
        from names in Gen.ArrayOf(_string, count)
        from values in Gen.ArrayOf(ValueOf(depth), count)
        select $"{{{string.Join(',', names.Zip(values, Enumerable.Range(0, count)).Select(member => $"\"{member.Third}{member.First[1..]}:{member.Second}"))}}}";
}
