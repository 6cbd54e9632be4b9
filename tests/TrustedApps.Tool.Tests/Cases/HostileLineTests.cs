namespace TrustedApps.Tool.Tests.Cases;

public sealed class HostileLineTests
{
    private static readonly byte[][] _good =
        [.. ProtocolVersion.All.Select(version => Encoding.UTF8.GetBytes(GoodCase.Create(version.Name).ToJsonString()))];

    // What JSON, base64 and the protocol are made of: random bytes alone seldom get past the first brace.
    private static readonly byte[][] _pieces =
        [.. new[] { "\"", "{", "}", "[", "]", ",", ":", "\\", "\\ud800", "\\u0000", "null", "-1", "1e999", "0", "true", "\"*\"", "=", "A", "\xFF", "\xC0\x80", " " }
            .Select(Encoding.Latin1.GetBytes)];

    [Property(MaxTest = 500)]
    public Property Random_bytes_give_exactly_one_line_each()
    {
        Arbitrary<byte[]> lines = Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf().Select(OnOneLine).ToArbitrary();
        return Prop.ForAll(lines, GivesOneLineAsync);
    }

    [Property(MaxTest = 500)]
    public Property Pieces_of_json_give_exactly_one_line_each()
    {
        Arbitrary<byte[]> lines = Gen.Elements(_pieces).ArrayOf().Select(pieces => OnOneLine([.. pieces.SelectMany(piece => piece)])).ToArbitrary();
        return Prop.ForAll(lines, GivesOneLineAsync);
    }

    [Property(MaxTest = 2000)]
    public Property Random_changes_of_a_good_line_give_exactly_one_line_each()
    {
        Gen<Func<byte[], byte[]>> change = Gen.OneOf(
            from place in Gen.Choose(0, int.MaxValue) from value in Gen.Choose(0, 255) select (Func<byte[], byte[]>)(line => Replace(line, place, 1, [(byte)value])),
            from place in Gen.Choose(0, int.MaxValue) from piece in Gen.Elements(_pieces) select (Func<byte[], byte[]>)(line => Replace(line, place, 0, piece)),
            from place in Gen.Choose(0, int.MaxValue) from count in Gen.Choose(0, 40) select (Func<byte[], byte[]>)(line => Replace(line, place, count, [])),
            from place in Gen.Choose(0, int.MaxValue) from count in Gen.Choose(0, 400) select (Func<byte[], byte[]>)(line => Repeat(line, place, count)));
        Arbitrary<byte[]> lines = (
            from good in Gen.Elements(_good)
            from changes in change.NonEmptyListOf()
            select OnOneLine(changes.Take(4).Aggregate(good, (line, apply) => apply(line)))).ToArbitrary();
        return Prop.ForAll(lines, GivesOneLineAsync);
    }

    [Property(MaxTest = 2000)]
    public Property Random_values_in_the_place_of_a_member_give_exactly_one_line_each()
    {
        string[] values = ["null", "true", "0", "-1", "9223372036854775808", "\"\"", "\"*\"", "\"\\u0000\"", "[]", "[[]]", "[\"\"]", "[null]", "{}", "\"/a/**/b\"", "\"::1\""];
        Arbitrary<byte[]> lines = (
            from good in Gen.Elements(_good)
            from place in Gen.Choose(0, int.MaxValue)
            from value in Gen.Elements(values)
            select SetValue(good, place, value)).ToArbitrary();
        return Prop.ForAll(lines, GivesOneLineAsync);
    }

    private static async Task GivesOneLineAsync(byte[] line)
    {
        ToolRun run = await ToolRun.InProcessAsync(line, "verify");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        bool isBlank = line.All(value => value is (byte)' ' or (byte)'\t' or (byte)'\r');
        if (isBlank)
        {
            Assert.Empty(run.Lines);
            return;
        }

        Assert.True((string?)run.Json["status"] is "accepted" or "refused" or "none" or "invalid");
        Assert.Equal(["id", "status", "user", "application", "version", "code", "error", "detail"], run.Json.Select(member => member.Key), StringComparer.Ordinal);
        Assert.True(Ascii.IsValid(run.Output));
    }

    private static byte[] OnOneLine(byte[] bytes) => [.. bytes.Where(value => value != (byte)'\n')];

    private static byte[] Replace(byte[] line, int place, int count, byte[] piece)
    {
        int start = place % (line.Length + 1);
        int end = Math.Min(line.Length, start + count);
        return [.. line[..start], .. piece, .. line[end..]];
    }

    private static byte[] Repeat(byte[] line, int place, int count)
    {
        int start = place % (line.Length + 1);
        return Replace(line, start, 0, line[start..Math.Min(line.Length, start + count)]);
    }

    private static byte[] SetValue(byte[] line, int place, string value)
    {
        JsonNode root = JsonNode.Parse(line)!;
        JsonNode[] all = [.. Below(root)];
        all[place % all.Length].ReplaceWith(JsonNode.Parse(value));
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static IEnumerable<JsonNode> Below(JsonNode node)
    {
        IEnumerable<JsonNode?> children = node switch
        {
            JsonObject members => members.Select(member => member.Value),
            JsonArray items => items,
            _ => [],
        };
        return children.OfType<JsonNode>().SelectMany(child => Below(child).Prepend(child));
    }
}
