using System.Buffers;
using System.Text;
using TrustedApps.Protocols;
using TrustedApps.Protocols.Version4;

namespace TrustedApps.Tests;

/// <summary>Buffers come back to the pool of the process, from which anybody may get them: nothing of a request is left in them.</summary>
public class PooledBufferTests
{
    private const string Secret = "Secret-Of-One-Request";

    private static readonly string _user = Secret + new string('u', 200); // no more than fits, and more than the stack takes

    private readonly AssertionVerifier _verifier = new Provider(Fixture.Trust(Fixture.Wiki, new TrustConditions
    {
        Addresses = ["*"],
        Urls = ["/rest/*"], // and not every URL, of which none would be decoded
        Versions = [.. ProtocolVersion.All.Where(version => version != ProtocolVersion.Warwick)],
        AllowWeakKeys = true,
    }))
    {
        Users = UserResolvers.Everyone,
    }.Verifier;

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("4")]
    public void Nothing_of_a_long_request_is_left_in_the_pool(string version)
    {
        string target = "/app/rest/" + Secret + new string('t', 3000);
        AssertionHeaders headers = Fixture.Issue(ProtocolVersion.Parse(version), _user, "https://tracker.example" + target);
        AssertNothingIsLeft(Request.Carrying(headers) with { Target = target });
    }

    [Fact]
    public void Nothing_of_escaped_claims_is_left_in_the_pool()
    {
        string escaped = string.Concat(_user.Select(unit => "\\u" + ((int)unit).ToString("x4", CultureInfo.InvariantCulture)));
        string target = Fixture.Target + Secret + new string('t', 100); // escaped, more than the stack takes
        string escapedTarget = string.Concat(target.Select(unit => "\\u" + ((int)unit).ToString("x4", CultureInfo.InvariantCulture)));
        Request request = Craft4.Request(Craft4.Seal(Craft4.Says("\"sub\":\"" + escaped + "\",", uri: escapedTarget)));
        AssertNothingIsLeft(request with { Target = target });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // nothing was encrypted in the place of the claims
    public void Nothing_of_what_is_issued_is_left_in_the_pool(bool isDropped)
    {
        KeyGrant grant = Craft4.NewGrant();
        if (isDropped) grant.RequestKey.Drop();
        byte[][] bytes = [.. Sizes().Select(ArrayPool<byte>.Shared.Rent)];
        GiveBack(bytes, []);
        var assertion = new OutgoingAssertion(Fixture.Wiki, new OutgoingRequest { Url = Fixture.Url + Secret, User = _user }, Fixture.Stamp);
        Assert.Equal(isDropped, Version4Protocol.Issue(assertion, grant).Cert is null);
        Assert.All(bytes, buffer => Assert.Equal(-1, buffer.IndexOf(Encoding.UTF8.GetBytes(Secret))));
    }

    // What a thread gives back it gets again: these buffers are the ones that are used in between.
    private void AssertNothingIsLeft(Request request)
    {
        IncomingRequest incoming = request.ToIncoming();
        byte[][] bytes = [.. Sizes().Select(ArrayPool<byte>.Shared.Rent)];
        char[][] chars = [.. Sizes().Select(ArrayPool<char>.Shared.Rent)];
        GiveBack(bytes, chars);

        ValueTask<Verdict> verifying = _verifier.VerifyAsync(incoming, cancellationToken: TestContext.Current.CancellationToken);
        string? user = verifying.IsCompletedSuccessfully ? verifying.Result.Assertion?.User : null; // on this thread, or not at all
        Assert.Equal(_user, user);
        Assert.All(bytes, buffer => Assert.Equal(-1, buffer.IndexOf(Encoding.UTF8.GetBytes(Secret))));
        Assert.All(chars, buffer => Assert.Equal(-1, buffer.IndexOf(Secret)));
    }

    private static IEnumerable<int> Sizes() => Enumerable.Range(4, 14).Select(power => 1 << power);

    private static void GiveBack(byte[][] bytes, char[][] chars)
    {
        foreach (byte[] buffer in bytes) ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        foreach (char[] buffer in chars) ArrayPool<char>.Shared.Return(buffer, clearArray: true);
    }
}
