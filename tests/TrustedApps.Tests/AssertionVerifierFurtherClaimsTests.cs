using Microsoft.Extensions.Primitives;
using TrustedApps.Responses;

namespace TrustedApps.Tests;

/// <summary>The claims hdr, act, scope and rsp of version 4, against the request and the trust (specification version-4.md, section 4).</summary>
public class AssertionVerifierFurtherClaimsTests
{
    // hdr
    [Theory]
    [InlineData("k-1", "OK fred")]
    [InlineData(" \tk-1\t ", "OK fred")] // outer spaces and tabs do not count
    [InlineData("K-1", "BAD_SIGNATURE")]
    [InlineData("", "BAD_SIGNATURE")]
    [InlineData("k-1, k-1", "BAD_SIGNATURE")]
    public async Task A_bound_header_comes_with_exactly_its_value(string value, string answer) =>
        Assert.Equal(answer, await Answer(Bound("\"idempotency-key\":\"k-1\"").With("Idempotency-Key", value)));

    [Fact]
    public async Task A_bound_header_comes_exactly_once()
    {
        Request request = Bound("\"idempotency-key\":\"k-1\"");
        Assert.Equal("BAD_SIGNATURE", await Answer(request));
        Assert.Equal("BAD_SIGNATURE", await Answer(request.With("Idempotency-Key", new StringValues(["k-1", "k-1"]))));
        Assert.Equal("BAD_SIGNATURE", await Answer(Bound("\"if-match\":\"a\",\"idempotency-key\":\"k-1\"").With("Idempotency-Key", "k-1")));
        Assert.Equal("BAD_SIGNATURE", await Answer(Bound("\"idempotency-key\":\"k-1\",\"if-match\":\"a\"").With("If-Match", "a")));
    }

    [Theory]
    [InlineData("close", "OK fred")]
    [InlineData("close, idempotency-keys", "OK fred")]
    [InlineData("Idempotency-Key", "BAD_SIGNATURE")]
    [InlineData("close ,\tidempotency-key ", "BAD_SIGNATURE")]
    public async Task A_bound_header_is_none_that_Connection_names(string connection, string answer) =>
        Assert.Equal(answer, await Answer(Bound("\"idempotency-key\":\"k-1\"").With("Idempotency-Key", "k-1").With("Connection", connection)));

    [Fact]
    public async Task A_second_line_of_Connection_counts_too() => Assert.Equal(
        "BAD_SIGNATURE", await Answer(Bound("\"idempotency-key\":\"k-1\"").With("Idempotency-Key", "k-1").With("Connection", new StringValues(["close", "idempotency-key"]))));

    // RequiredHeaders
    [Fact]
    public async Task A_required_header_that_is_there_is_bound()
    {
        Provider provider = Requiring("Idempotency-Key", "if-match");
        Request bound = Bound("\"idempotency-key\":\"k-1\"").With("Idempotency-Key", "k-1");
        Assert.Equal("OK fred", await provider.Answer(bound));
        Assert.Equal("OK fred", await provider.Answer(Craft4.Request())); // it is not there
        foreach (Request request in new[] { bound.With("IF-MATCH", "x"), Craft4.Request().With("idempotency-key", "k-1"), Craft4.Request().With("If-Match", "") })
        {
            Assert.Equal("binding.header-required", (await provider.Verify(request)).Rejection?.ReasonId);
            Assert.Equal("BAD_SIGNATURE", await provider.Answer(request));
        }

        Assert.Equal(2, provider.Memory.Count);
    }

    // With method and URI, and before the conditions of the trust.
    [Fact]
    public async Task A_required_header_is_checked_after_the_url_and_before_the_method_is_allowed()
    {
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"], Methods = ["POST"] };
        var provider = new Provider(new TrustedApplication(Fixture.RecordOf(Fixture.Wiki), conditions)) { Options = Requiring("if-match").Options };
        Assert.Equal("binding.header-required", (await provider.Verify(Craft4.Request().With("If-Match", "x"))).Rejection?.ReasonId);
        Assert.Equal("binding.url", (await provider.Verify(Craft4.Request(Craft4.Seal(Craft4.Says(uri: "/other"))).With("If-Match", "x"))).Rejection?.ReasonId);
        Assert.Equal("conditions.method", (await provider.Verify(Craft4.Request())).Rejection?.ReasonId);
    }

    [Fact]
    public async Task Older_versions_bind_no_header_and_need_not() =>
        Assert.Equal("OK fred", await Requiring("If-Match").Answer(Request.Of(ProtocolVersion.Atlassian3).With("If-Match", "x")));

    [Theory]
    [InlineData("")]
    [InlineData("Content-Type")]
    [InlineData("Cookie")]
    [InlineData("HOST")]
    [InlineData("X-Forwarded-For")]
    [InlineData("X-Seraph-Trusted-App-Key")]
    [InlineData("If Match")]
    [InlineData("If-Match\n")]
    public void A_header_that_cannot_be_bound_cannot_be_required(string name)
    {
        ArgumentException refused = Assert.Throws<ArgumentException>("options", () => Requiring("if-match", name).Verifier);
        Assert.StartsWith($"RequiredHeaders: '{name.ToLowerInvariant()}' cannot be bound", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_required_header_has_a_name()
    {
        Assert.Throws<ArgumentException>("options", () => Requiring([null!]).Verifier);
        Assert.Throws<ArgumentNullException>(() => new AssertionVerifierOptions { RequiredHeaders = null! });
        Assert.Empty(new AssertionVerifierOptions().RequiredHeaders);
    }

    // act
    [Theory]
    [InlineData(false, null, "PERMISSION_DENIED")]
    [InlineData(false, "blog feed", "PERMISSION_DENIED")]
    [InlineData(true, null, "OK fred")]
    [InlineData(true, "feed blog", "OK fred")]
    [InlineData(true, "blog", "PERMISSION_DENIED")]
    [InlineData(true, "feed", "PERMISSION_DENIED")]
    [InlineData(true, "Blog feed", "PERMISSION_DENIED")]
    [InlineData(true, "", "PERMISSION_DENIED")] // an empty list: nobody
    public async Task Delegation_is_allowed_by_the_trust_for_all_in_between(bool allows, string? from, string answer)
    {
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"], AllowDelegation = allows, DelegatedFrom = from?.Split(' ', StringSplitOptions.RemoveEmptyEntries) };
        Provider provider = With(conditions);
        Request request = Saying(",\"act\":{\"sub\":\"wiki\",\"act\":{\"sub\":\"blog\",\"act\":{\"sub\":\"feed\"}}}");
        Verdict verdict = await provider.Verify(request);
        Assert.Equal(answer, verdict.Accepted ? $"OK {verdict.Assertion.User}" : verdict.Rejection.Value.ToString());
        if (verdict.Accepted) Assert.Equal(["blog", "feed"], verdict.Assertion.Actors);
        else Assert.Equal(("conditions.delegation", 403), (verdict.Rejection.Value.ReasonId, verdict.HttpStatus));
        Assert.Equal(verdict.Accepted ? [] : ["blog", "feed"], verdict.ClaimedActors);
        Assert.Equal("OK fred", await provider.Answer(Craft4.Request())); // on its own account
    }

    [Fact]
    public async Task A_rejection_from_the_claims_on_names_the_chain_for_administrators()
    {
        Provider provider = With(new TrustConditions { Addresses = ["*"], Urls = ["/elsewhere"], AllowDelegation = true });
        const string chain = ",\"act\":{\"sub\":\"wiki\",\"act\":{\"sub\":\"blog\",\"act\":{\"sub\":\"feed\"}}}";

        Verdict refused = await provider.Verify(Saying(chain));
        Verdict plain = await provider.Verify(Saying(""));
        Verdict unread = await provider.Verify(Saying(chain + ",\"rsp\":false"));

        Assert.Equal(["blog", "feed"], refused.ClaimedActors);
        Assert.Equal($"{refused.Rejection!.Value.Detail} Asked by blog, asked by feed.", refused.RejectionDetail);
        Assert.All([plain, unread], verdict => Assert.Empty(verdict.ClaimedActors));
        Assert.All([plain, unread], verdict => Assert.Equal(verdict.Rejection!.Value.Detail, verdict.RejectionDetail));
        Assert.DoesNotContain(refused.GetResponseHeaders(), header => header.Value.Contains("blog", StringComparison.Ordinal));
        Assert.Null((await With(new TrustConditions { Addresses = ["*"], Urls = ["*"] }).Verify(Craft4.Request())).RejectionDetail);
    }

    // scope
    [Theory]
    [InlineData("", "", "OK")]
    [InlineData("", "read", "PERMISSION_DENIED")]
    [InlineData("read write", "", "OK read write")]
    [InlineData("read write", "read", "OK read")]
    [InlineData("read write", "write read", "OK write read")]
    [InlineData("read write", "read admin", "PERMISSION_DENIED")]
    [InlineData("read write", "Read", "PERMISSION_DENIED")]
    public async Task Scopes_are_those_of_the_trust_and_one_that_names_none_has_all(string allowed, string named, string answer)
    {
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"], Scopes = allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries) };
        Verdict verdict = await With(conditions).Verify(Saying(named.Length == 0 ? "" : $",\"scope\":\"{named}\""));
        Assert.Equal(answer, verdict.Accepted ? string.Join(' ', ["OK", .. verdict.Assertion.Scopes]) : verdict.Rejection.Value.ToString());
        if (!verdict.Accepted) Assert.Equal(("conditions.scope", 403), (verdict.Rejection.Value.ReasonId, verdict.HttpStatus));
    }

    // Allowed methods and URL patterns, then delegation and scopes, then user lists.
    [Fact]
    public async Task Delegation_and_scopes_are_checked_between_the_url_and_the_user()
    {
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["/rest"], DenyUsers = ["fred"] };
        const string act = ",\"act\":{\"sub\":\"wiki\",\"act\":{\"sub\":\"blog\"}}", scope = ",\"scope\":\"read\"";
        Assert.Equal("conditions.delegation", await ReasonOf(conditions, Saying(scope + act)));
        Assert.Equal("conditions.scope", await ReasonOf(conditions, Saying(scope)));
        Assert.Equal("conditions.user", await ReasonOf(conditions, Saying("")));
        Assert.Equal("conditions.url", await ReasonOf(conditions with { Urls = ["/other"] }, Saying(scope + act)));
    }

    // rsp
    [Fact]
    public async Task A_proof_is_given_from_the_claims_on_and_only_where_it_is_demanded()
    {
        Provider provider = With(new TrustConditions { Addresses = ["*"], Urls = ["*"], DenyUsers = ["root"] });
        Verdict accepted = await provider.Verify(Saying(",\"rsp\":true")), refused = await provider.Verify(Saying(",\"rsp\":true", user: "root"));
        foreach (ResponseProver? prover in new[] { accepted.Prover, refused.Prover })
        {
            string proof = prover!.Prove(new ProvenResponse { Status = 200 }, Fixture.Now)!;
            Assert.NotNull(ResponseProofToken.Read(proof, Craft4.NewGrant(token: Craft4.Grant).ResponseKey, Craft4.GrantId));
        }

        Assert.Null((await provider.Verify(Saying(""))).Prover);
        Assert.Null((await provider.Verify(Saying(",\"rsp\":true,\"x\":1"))).Prover); // malformed
        Assert.Null((await provider.Verify(Saying(",\"rsp\":true").With(Seraph.Cert, cert => cert[..^1]))).Prover);
    }

    [Fact]
    public async Task A_proof_names_the_vector_of_its_assertion()
    {
        byte[] nonce = [.. Enumerable.Range(1, 12).Select(value => (byte)value)];
        Verdict verdict = await With(new TrustConditions { Addresses = ["*"], Urls = ["*"] }).Verify(Craft4.Request(Craft4.Seal(Craft4.Says(more: ",\"rsp\":true"), nonce: nonce)));
        string proof = verdict.Prover!.Prove(new ProvenResponse { Status = 204 }, Fixture.Now)!;
        ResponseProof? claims = ResponseProofToken.Read(proof, Craft4.NewGrant(token: Craft4.Grant).ResponseKey, Craft4.GrantId);
        Assert.Equal((Craft4.Encode(nonce), Craft4.Now, 204), (claims!.Request, claims.IssuedAt, claims.Response.Status));
    }

    private static async Task<string> Answer(Request request) => await With(new TrustConditions { Addresses = ["*"], Urls = ["*"] }).Answer(request);

    private static async Task<string?> ReasonOf(TrustConditions conditions, Request request) => (await With(conditions).Verify(request)).Rejection?.ReasonId;

    private static Request Bound(string headers) => Saying($",\"hdr\":{{{headers}}}");

    private static Request Saying(string more, string user = "fred") => Craft4.Request(Craft4.Seal(Craft4.Says($"\"sub\":\"{user}\",", more: more)));

    private static Provider With(TrustConditions conditions) => new(new TrustedApplication(Fixture.RecordOf(Fixture.Wiki), conditions));

    private static Provider Requiring(params string[] headers) => new(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4, ProtocolVersion.Atlassian3))
    {
        Options = new AssertionVerifierOptions { BaseUrls = [Fixture.Base], Keys = Fixture.Tracker, RequiredHeaders = headers },
    };
}
