using TrustedApps.Tool.Cases;

namespace TrustedApps.Tool.Tests.Cases;

public sealed class LineReaderTests
{
    private const int MaxLength = 8;

    [Property]
    public Property Lines_are_those_that_a_simple_split_gives_however_the_bytes_arrive()
    {
        Arbitrary<byte[]> bytes = Gen.Elements((byte)'\n', (byte)'\n', (byte)'a', (byte)' ', (byte)'\r').ArrayOf().ToArbitrary();
        return Prop.ForAll(bytes, Gen.Choose(1, 20).ToArbitrary(), async (input, chunk) => Assert.Equal(Split(input), await ReadAsync(input, chunk)));
    }

    [Theory]
    [InlineData(MaxLength, false)]
    [InlineData(MaxLength + 1, true)]
    [InlineData(100 * MaxLength, true)]
    public async Task Line_of_the_greatest_length_is_read_and_a_longer_one_is_not(int length, bool isTooLong)
    {
        string line = new('a', length);
        string expected = isTooLong ? "too long" : line;
        Assert.Equal([expected, "b"], await ReadAsync(Encoding.ASCII.GetBytes($"{line}\nb"), chunk: 3));
        Assert.Equal([expected], await ReadAsync(Encoding.ASCII.GetBytes(line), chunk: 3));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(" \t\r", true)]
    [InlineData("a", false)]
    [InlineData("\u000B", false)]
    public void Line_of_spaces_and_tabs_is_blank(string text, bool isBlank) =>
        Assert.Equal(isBlank, new Line(Encoding.ASCII.GetBytes(text), IsTooLong: false).IsBlank);

    [Fact]
    public void Line_that_is_too_long_is_not_blank() => Assert.False(new Line(default, IsTooLong: true).IsBlank);

    private static List<string> Split(byte[] input)
    {
        string[] lines = Encoding.ASCII.GetString(input).Split('\n');
        if (lines[^1].Length == 0) lines = lines[..^1]; // what follows the last line feed is no line
        return [.. lines.Select(line => line.Length > MaxLength ? "too long" : line)];
    }

    private static async Task<List<string>> ReadAsync(byte[] input, int chunk)
    {
        using var stream = new ChunkedStream(input, chunk);
        var reader = new LineReader(stream, MaxLength);
        var lines = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } line)
        {
            lines.Add(line.IsTooLong ? "too long" : Encoding.ASCII.GetString(line.Bytes.Span));
        }

        return lines;
    }

    private sealed class ChunkedStream(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, chunk)], cancellationToken);
    }
}
