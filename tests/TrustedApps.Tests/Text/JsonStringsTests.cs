using System.Text.Json;
using TrustedApps.Text;

namespace TrustedApps.Tests.Text;

public class JsonStringsTests
{
    private static readonly Gen<string[]> _arrays =
        from count in Gen.Choose(0, 4)
        from strings in Gen.ArrayOf(Generators.WellFormedText, count)
        select strings;

    [Property]
    public Property What_is_written_reads_back_the_same() => ForAll.In(
        _arrays, strings => JsonStrings.TryRead(JsonStrings.Write(strings, 200), out string[]? read) && read.SequenceEqual(strings));

    [Property]
    public Property What_is_written_reads_back_the_same_elsewhere() => ForAll.In(
        _arrays, strings => JsonSerializer.Deserialize<string[]>(JsonStrings.Write(strings, 200))!.SequenceEqual(strings));

    [Property(MaxTest = 1000)]
    public Property Only_printable_ascii_is_written() => ForAll.In(
        Generators.AnyText, text => JsonStrings.Write([text], 200).All(character => character is >= ' ' and <= '~'));

    [Property(MaxTest = 5000)]
    public Property Nothing_that_is_read_throws() => ForAll.In(
        Generators.TextOf(["[", "]", "\"", "\"a\"", ",", "null", "1", "{", "}", " ", "\\ud800", "\\n", "\\", "\uD800", "\0", "é"], 8),
        json => !JsonStrings.TryRead(json, out string[]? read) || JsonSerializer.Deserialize<string[]>(json)!.SequenceEqual(read));

    [Theory]
    [InlineData("[]")]
    [InlineData(" [ ] ")]
    [InlineData("[\"a\"]", "a")]
    [InlineData("[ \"a\" , \"\" ]", "a", "")]
    [InlineData("[\"\\u0041\\/\\n\\ud83d\\ude00\"]", "A/\n\U0001F600")]
    public void Arrays_of_strings_are_read(string json, params string[] expected)
    {
        Assert.True(JsonStrings.TryRead(json, out string[]? strings));
        Assert.Equal(expected, strings);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("\"a\"")]
    [InlineData("{}")]
    [InlineData("{\"a\":\"b\"}")]
    [InlineData("[")]
    [InlineData("[\"a\"")]
    [InlineData("[\"a\",")]
    [InlineData("[\"a\",]")]
    [InlineData("[\"a\" \"b\"]")]
    [InlineData("[\"a]")]
    [InlineData("[1]")]
    [InlineData("[null]")]
    [InlineData("[\"a\",null]")]
    [InlineData("[true]")]
    [InlineData("[[]]")]
    [InlineData("[[\"a\"]]")]
    [InlineData("[{}]")]
    [InlineData("['a']")]
    [InlineData("[a]")]
    [InlineData("[\"a\"]x")]
    [InlineData("[\"a\"][\"b\"]")]
    [InlineData("[\"a\"],\"b\"")]
    [InlineData("[\"a\"/*b*/]")]
    [InlineData("[\"a\"]//b")]
    [InlineData("[\"\\x\"]")]
    [InlineData("[\"\\ud800\"]")]
    [InlineData("[\"\\ude00\\ud83d\"]")]
    [InlineData("[\"\n\"]")]
    [InlineData("[\"\0\"]")]
    [InlineData("\uFEFF[]")]
    public void Anything_else_is_refused(string json)
    {
        Assert.False(JsonStrings.TryRead(json, out string[]? strings));
        Assert.Null(strings);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused() => Assert.False(JsonStrings.TryRead("[\"\uD800\"]", out _));

    [Fact]
    public void Half_a_surrogate_pair_is_escaped() => Assert.Equal("[\"\\udc00\\ud800\"]", JsonStrings.Write(["\uDC00\uD800"], 200));

    [Theory]
    [InlineData("a\"b", "a\\\"b")]
    [InlineData("a\\b", "a\\\\b")]
    [InlineData("a/b", "a/b")]
    [InlineData("</script>", "<\\/script>")]
    [InlineData("<//", "<\\//")]
    [InlineData("\0\t\n\r\u001F", "\\u0000\\u0009\\u000a\\u000d\\u001f")]
    [InlineData(" ~\u007F", " ~\\u007f")]
    [InlineData("é\u2028", "\\u00e9\\u2028")]
    [InlineData("\U0001F600", "\\ud83d\\ude00")]
    public void Strings_are_escaped(string text, string escaped) => Assert.Equal($"[\"{escaped}\"]", JsonStrings.Write([text], 200));

    [Fact]
    public void Strings_are_separated_by_commas() => Assert.Equal("[\"a\",\"\",\"b\"]", JsonStrings.Write(["a", "", "b"], 200));

    [Theory]
    [InlineData(199, 199)]
    [InlineData(200, 200)]
    [InlineData(201, 200)]
    [InlineData(5000, 200)]
    public void A_string_is_cut_before_it_is_escaped(int length, int kept) =>
        Assert.Equal($"[\"{string.Concat(Enumerable.Repeat("\\u00e9", kept))}\"]", JsonStrings.Write([new string('é', length)], 200));

    [Theory]
    [InlineData(198, "\\ud83d\\ude00")] // ends at character 200
    [InlineData(199, "")] // its second half would be character 201
    [InlineData(200, "")]
    public void A_cut_never_splits_a_pair(int before, string kept)
    {
        string plain = new('a', before);
        Assert.Equal($"[\"{plain}{kept}\"]", JsonStrings.Write([plain + "\U0001F600 and more"], 200));
    }
}
