using System.Text;
using TrustedApps.Content;
using TrustedApps.Diagnostics;

namespace TrustedApps.Tests.Content;

public class ContentCheckTests
{
    private const int Limit = 5000; // more than the first buffer

    private static readonly TrustConditions _conditions = new() { Addresses = ["*"], Urls = ["*"] };
    private static readonly TrustConditions _unbound = new() { Addresses = ["*"], Urls = ["*"], AllowUnboundContent = true };

    [Theory]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(Limit)]
    public async Task Content_of_the_right_digest_is_read_back_whether_its_length_is_stated_or_not(int length)
    {
        byte[] content = Bytes(length);
        foreach (long? stated in new long?[] { null, length, 0, 1, length - 1 })
        {
            foreach (int chunk in new[] { 1, 1000, int.MaxValue })
            {
                (Stream? checkedContent, RejectionReason? reason) = await Check(ClaimOf(content), new Chunks(content, chunk), stated);
                Assert.Null(reason);
                Assert.Equal(content, await ReadAll(checkedContent!));
                Assert.False(checkedContent!.CanWrite);
            }
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Limit + 1L)]
    [InlineData((long)Limit)]
    [InlineData(1L)]
    [InlineData(long.MaxValue)]
    public async Task One_byte_more_than_the_limit_is_too_large(long? stated)
    {
        byte[] content = Bytes(Limit + 1);
        Assert.Same(RejectionReason.ContentTooLarge, (await Check(ClaimOf(content), new Chunks(content, 700), stated)).Reason);
    }

    [Fact]
    public async Task What_states_more_than_the_limit_is_not_even_read()
    {
        var content = new Chunks(Bytes(3), 1);
        Assert.Same(RejectionReason.ContentTooLarge, (await Check(ClaimOf(Bytes(3)), content, Limit + 1)).Reason);
        Assert.Equal(0, content.Position);
    }

    [Fact]
    public async Task With_a_limit_of_nothing_all_content_is_too_large() =>
        Assert.Same(RejectionReason.ContentTooLarge, (await Check(ClaimOf([1]), new Chunks([1], 1), limit: 0)).Reason);

    [Fact]
    public async Task Other_content_is_refused()
    {
        byte[] content = Bytes(100), changed = Bytes(100);
        changed[50] ^= 1;
        foreach (byte[] other in new[] { changed, content[..99], content[1..], [.. content, 0], [] })
        {
            Assert.Same(RejectionReason.DigestWrong, (await Check(ClaimOf(content), new Chunks(other, 10))).Reason);
        }

        Assert.Same(RejectionReason.DigestWrong, (await Check(ClaimOf(content), null)).Reason);
    }

    [Fact]
    public async Task A_digest_of_nothing_is_wrong_also_for_nothing() =>
        Assert.Same(RejectionReason.DigestWrong, (await Check(ContentDigest.OfHash(System.Security.Cryptography.SHA256.HashData([])), new Chunks([], 1))).Reason);

    [Fact]
    public async Task Without_a_digest_there_is_no_content()
    {
        (Stream? content, RejectionReason? reason) = await Check(default, new Chunks([], 1));
        Assert.Null(reason);
        Assert.Empty(await ReadAll(content!));
        Assert.Same(Stream.Null, (await Check(default, null)).Content);
        Assert.Same(RejectionReason.ContentNotClaimed, (await Check(default, new Chunks([0], 1))).Reason);
        Assert.Same(RejectionReason.ContentNotClaimed, (await Check(default, new Chunks([0], 1), streams: true)).Reason);
        Assert.Same(RejectionReason.ContentNotClaimed, (await Check(default, new Chunks([0], 1), conditions: _unbound)).Reason);
    }

    [Fact]
    public async Task Unbound_content_passes_as_it_is_where_the_trust_allows_it()
    {
        var content = new Chunks(Bytes(Limit * 2), 100);
        Assert.Same(RejectionReason.ContentUnbound, (await Check(ContentDigest.Unbound, content)).Reason);
        Assert.Same(content, (await Check(ContentDigest.Unbound, content, stated: Limit * 2, conditions: _unbound)).Content);
        Assert.Equal(0, content.Position);

        (Stream? ofUnknownLength, RejectionReason? reason) = await Check(ContentDigest.Unbound, content, conditions: _unbound);
        Assert.Null(reason);
        Assert.Equal(Bytes(Limit * 2), await ReadAll(ofUnknownLength!));
    }

    [Fact]
    public async Task Unbound_content_without_an_octet_is_refused()
    {
        Assert.Same(RejectionReason.DigestWrong, (await Check(ContentDigest.Unbound, null, conditions: _unbound)).Reason);
        Assert.Same(RejectionReason.DigestWrong, (await Check(ContentDigest.Unbound, Stream.Null, stated: 0, conditions: _unbound)).Reason);
        Assert.Same(RejectionReason.DigestWrong, (await Check(ContentDigest.Unbound, new Chunks([], 1), conditions: _unbound, streams: true)).Reason);
        Assert.Same(RejectionReason.ContentBroken, (await Check(ContentDigest.Unbound, new Chunks([], 4, breaksAt: 0), conditions: _unbound)).Reason);
    }

    [Fact]
    public async Task Content_that_breaks_off_is_refused()
    {
        Assert.Same(RejectionReason.ContentBroken, (await Check(ClaimOf(Bytes(10)), new Chunks(Bytes(10), 4, breaksAt: 8))).Reason);
        Assert.Same(RejectionReason.ContentBroken, (await Check(default, new Chunks([], 4, breaksAt: 0))).Reason);
    }

    [Fact]
    public async Task Content_that_is_streamed_is_not_read_before_the_application_does()
    {
        byte[] content = Bytes(Limit * 3);
        var arriving = new Chunks(content, 100);
        (Stream? checkedContent, RejectionReason? reason) = await Check(ClaimOf(content), arriving, stated: content.Length, streams: true);
        Assert.Null(reason);
        Assert.Equal(0, arriving.Position);
        Assert.Equal(content, await ReadAll(checkedContent!));
    }

    [Fact]
    public async Task The_verifier_gives_the_application_the_content_that_it_checked()
    {
        byte[] content = Encoding.UTF8.GetBytes("hello");
        AssertionHeaders headers = Fixture.Issue(ProtocolVersion.Version4, method: "POST", content: ContentBinding.Of(content, "text/plain"));
        Request request = Request.Carrying(headers).With("Content-Type", "text/plain") with { Method = "POST", Content = new MemoryStream(content) };
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4));
        Verdict verdict = await provider.Verify(request);
        Assert.Equal(content, await ReadAll(verdict.Assertion!.Content!));
        Assert.Null((await new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3)).Verify(Request.Of(ProtocolVersion.Atlassian3))).Assertion!.Content);
    }

    private static ContentDigest ClaimOf(byte[] content) => ContentBinding.Of(content, null).Claim;

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(index => (byte)(index * 7))];

    private static async Task<(Stream? Content, RejectionReason? Reason)> Check(
        ContentDigest claim, Stream? content, long? stated = null, bool streams = false, TrustConditions? conditions = null, int limit = Limit)
    {
        Request request = new() { Content = content, ContentLength = stated, StreamsContent = streams };
        return await ContentCheck.ReadAsync(claim, request.ToIncoming(), content, conditions ?? _conditions, limit, TestContext.Current.CancellationToken);
    }

    private static async Task<byte[]> ReadAll(Stream stream)
    {
        var read = new MemoryStream();
        await stream.CopyToAsync(read, TestContext.Current.CancellationToken);
        return read.ToArray();
    }
}
