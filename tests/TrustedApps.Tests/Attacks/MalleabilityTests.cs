namespace TrustedApps.Tests.Attacks;

/// <summary>No header of version 4 has a second spelling: what was accepted is refused with any change, however small.</summary>
public class MalleabilityTests
{
    private const string Alphabet = "Aab019-_.=+/ \t{\"\0é";

    private static readonly byte[] _content = "{\"title\":\"An issue\"}"u8.ToArray();

    private static readonly TrustedApplication _trust = new(
        Fixture.RecordOf(Fixture.Wiki), new TrustConditions { Addresses = ["*"], Urls = ["*"], AllowSelf = true });

    private int _checked;

    public static MatrixTheoryData<string, string> Headers { get; } = new(
        ["a GET without content", "a POST with content", "the application as itself"], [Seraph.Id, Seraph.Version, Seraph.Key, Seraph.Cert]);

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Every_change_of_one_bit_or_character_is_refused(string kind, string header)
    {
        var provider = new Provider(_trust);
        Request request = Make(kind);
        string value = request[header];
        for (int index = 0; index < value.Length; index++)
        {
            for (int bit = 0; bit < 8; bit++) await Refuse(provider, request, header, Replace(value, index, (char)(value[index] ^ (1 << bit))), kind);
            foreach (char character in Alphabet.Where(character => character != value[index])) await Refuse(provider, request, header, Replace(value, index, character), kind);
        }

        Assert.True(_checked >= value.Length * (8 + Alphabet.Length - 1));
        await AcceptAfterAll(provider, request, kind);
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Every_character_put_in_or_taken_out_is_refused(string kind, string header)
    {
        var provider = new Provider(_trust);
        Request request = Make(kind);
        string value = request[header];
        for (int index = 0; index <= value.Length; index++)
        {
            foreach (char character in Alphabet) await Refuse(provider, request, header, value.Insert(index, character.ToString()), kind);
            if (index < value.Length && value.Length > 1) await Refuse(provider, request, header, value.Remove(index, 1), kind);
        }

        Assert.True(_checked >= value.Length * Alphabet.Length);
        await AcceptAfterAll(provider, request, kind);
    }

    [Fact]
    public async Task Every_change_of_a_grant_that_is_kept_is_refused()
    {
        var provider = new Provider(_trust);
        Request request = Make("a GET without content");
        Assert.True((await provider.Verify(Make("a GET without content"))).Accepted); // under the same grant
        using var operations = new PrivateKeyOperations();
        string value = request[Seraph.Key];
        for (int index = 0; index < value.Length; index++)
        {
            for (int bit = 0; bit < 8; bit++) await Refuse(provider, request, Seraph.Key, Replace(value, index, (char)(value[index] ^ (1 << bit))), "");
        }

        Assert.Equal((8 * value.Length, 0), (_checked, operations.Decryptions));
    }

    [Theory]
    [InlineData("a GET without content")]
    [InlineData("a POST with content")]
    [InlineData("the application as itself")]
    public async Task Every_header_and_every_part_of_one_is_needed(string kind)
    {
        var provider = new Provider(_trust);
        Request request = Make(kind);
        foreach (string header in new[] { Seraph.Id, Seraph.Version, Seraph.Key, Seraph.Cert })
        {
            Assert.False((await provider.Verify(WithContent(request.Without(header), kind))).Accepted, header);
            string[] parts = request[header].Split('.');
            for (int part = 0; part < parts.Length && parts.Length > 1; part++)
            {
                await Refuse(provider, request, header, string.Join('.', parts.Where((_, index) => index != part)), kind);
                if (parts[part].Length > 0) await Refuse(provider, request, header, string.Join('.', parts.Select((text, index) => index == part ? "" : text)), kind);
                if (part > 0 && parts[part] != parts[0]) await Refuse(provider, request, header, string.Join('.', parts.Select((text, index) => index == part ? parts[0] : text)), kind);
            }
        }

        Assert.True(_checked > 10);
        await AcceptAfterAll(provider, request, kind);
    }

    private async Task Refuse(Provider provider, Request request, string header, string changed, string kind)
    {
        Verdict verdict = await provider.Verify(WithContent(request.With(header, changed), kind));
        Assert.False(verdict.Accepted, $"{header}: {changed}");
        if (++_checked % 100 != 0) return;
        provider.Clock.Advance(TimeSpan.FromSeconds(10)); // room for failures, which is by the monotonic clock
        provider.Clock.Step(TimeSpan.FromSeconds(-10));
    }

    // Nothing of all that was remembered.
    private static async Task AcceptAfterAll(Provider provider, Request request, string kind)
    {
        Assert.Equal(0, provider.Memory.Count);
        provider.Clock.AdjustTime(Fixture.Now);
        Assert.True((await provider.Verify(WithContent(request, kind))).Accepted);
        Assert.Equal("REPLAYED", await provider.Answer(WithContent(request, kind)));
    }

    private static Request Make(string kind)
    {
        string? user = kind == "the application as itself" ? null : "fred";
        if (kind != "a POST with content") return Request.Of(ProtocolVersion.Version4, user);
        ContentBinding content = ContentBinding.Of(_content, "application/json");
        return Request.Carrying(Fixture.Issue(ProtocolVersion.Version4, user, method: "POST", content: content)) with { Method = "POST" };
    }

    private static Request WithContent(Request request, string kind) => kind == "a POST with content"
        ? request.With("Content-Type", "application/json") with { Content = new MemoryStream(_content), ContentLength = _content.Length }
        : request;

    private static string Replace(string text, int index, char character) => string.Concat(text.AsSpan(0, index), [character], text.AsSpan(index + 1));
}
