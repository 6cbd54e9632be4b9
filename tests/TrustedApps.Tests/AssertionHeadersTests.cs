using Microsoft.Extensions.Primitives;

namespace TrustedApps.Tests;

public class AssertionHeadersTests
{
    private readonly Request _request = Request.Of(ProtocolVersion.Atlassian2);

    public static TheoryData<string> Versions => Fixture.Versions;

    public static TheoryData<string> Names { get; } = [.. AssertionHeaders.Names];

    [Theory]
    [MemberData(nameof(Versions))]
    public void What_is_written_reads_back_the_same(string name)
    {
        AssertionHeaders issued = Fixture.Issue(ProtocolVersion.Parse(name));
        Assert.True(TryRead(Request.Carrying(issued).Headers, out AssertionHeaders read, out Rejection? refusal));
        Assert.Null(refusal);
        Assert.Equal(issued, read);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_header_that_came_twice_is_refused(string header)
    {
        Request request = header.StartsWith("X-Seraph", StringComparison.Ordinal) ? _request : Request.Of(ProtocolVersion.Warwick);
        foreach (string[] values in new[] { new[] { "a", "a" }, ["", "a"], ["a", ""], ["", ""], ["a", "b", "c"] })
        {
            Assert.True(TryRead(request.With(header, new StringValues(values)).Headers, out _, out Rejection? refusal));
            Assert.Equal(ErrorCode.System, refusal?.Code);
            Assert.Contains($"The header {header} came more than once", refusal?.Detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_header_of_the_other_family_is_refused(string header)
    {
        Request request = header.StartsWith("X-Seraph", StringComparison.Ordinal) ? Request.Of(ProtocolVersion.Warwick) : _request;
        foreach (string value in new[] { "a", "" })
        {
            Assert.True(TryRead(request.With(header, value).Headers, out _, out Rejection? refusal));
            Assert.Equal(ErrorCode.System, refusal?.Code);
            Assert.Contains("came together", refusal?.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Headers_of_both_families_are_refused_even_without_a_certificate()
    {
        Request request = new Request().With(Seraph.Id, "wiki").With(WarwickHeader.Id, "wiki");
        Assert.True(TryRead(request.Headers, out _, out Rejection? refusal));
        Assert.Equal(ErrorCode.System, refusal?.Code);
    }

    [Fact]
    public void Headers_of_both_families_are_answered_in_those_of_the_originals()
    {
        TryRead(Request.Of(ProtocolVersion.Warwick).With(Seraph.Id, "blog").Headers, out AssertionHeaders read, out _);
        Assert.Same(HeaderFamily.Atlassian, read.Family);
        Assert.Equal("blog", read.ApplicationId);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\t \t")]
    public void Without_a_certificate_it_is_none_of_ours(string? cert)
    {
        Request seraph = cert is null ? _request.Without(Seraph.Cert) : _request.With(Seraph.Cert, cert);
        Assert.False(TryRead(seraph.Headers, out _, out Rejection? refusal));
        Assert.Null(refusal);

        Request warwick = Request.Of(ProtocolVersion.Warwick);
        warwick = cert is null ? warwick.Without(WarwickHeader.Cert) : warwick.With(WarwickHeader.Cert, cert);
        Assert.False(TryRead(warwick.Headers, out _, out refusal));
        Assert.Null(refusal);
    }

    // Every name that begins as ours do is ours, known or not, and whether there is a Cert or not.
    [Theory]
    [InlineData("X-Seraph-Trusted-App-Cert", 2, "headers.duplicate")]
    [InlineData("X-Seraph-Trusted-App-ID", 2, "headers.duplicate")]
    [InlineData("X-Seraph-Trusted-App-Status", 2, "headers.duplicate")]
    [InlineData("X-Seraph-Trusted-App-Proof", 2, "headers.duplicate")]
    [InlineData("x-seraph-trusted-app-anything", 2, "headers.duplicate")]
    [InlineData("X-Seraph-Trusted-App-", 2, "headers.duplicate")]
    [InlineData("X-Trusted-App-Cert", 2, "headers.duplicate")]
    [InlineData("X-TRUSTED-APP-ANYTHING", 2, "headers.duplicate")]
    [InlineData("X-Seraph-Trusted-App-Anything", 1, null)]
    [InlineData("X-Seraph-Trusted-App", 2, null)]
    [InlineData("X-Seraph-Trusted-Apps", 2, null)]
    [InlineData("X-Forwarded-For", 2, null)]
    [InlineData("", 2, null)]
    public void Any_of_ours_comes_once(string name, int times, string? reason)
    {
        var values = new StringValues([.. Enumerable.Repeat("x", times)]);
        foreach (Request request in new[] { new Request(), new Request().With(Seraph.Cert, " ") })
        {
            bool isOurs = TryRead(request.With(name, values).Headers, out _, out Rejection? refusal);
            Assert.Equal((reason is not null, reason), (isOurs, refusal?.ReasonId));
        }
    }

    [Theory]
    [InlineData("X-Seraph-Trusted-App-ID", "X-Trusted-App-ProviderID")]
    [InlineData("X-Seraph-Trusted-App-Anything", "x-trusted-app-anything")]
    [InlineData("X-Seraph-Trusted-App-Cert", "X-Trusted-App-Error-Code")]
    public void Headers_of_two_dialects_never_come_together(string one, string other)
    {
        Assert.True(TryRead(new Request().With(one, " ").With(other, " ").Headers, out _, out Rejection? refusal));
        Assert.Equal("headers.mixed-dialects", refusal?.ReasonId);
    }

    [Theory]
    [InlineData(Seraph.Magic)]
    [InlineData(Seraph.Signature)]
    public void Headers_of_older_versions_never_come_together_with_version_4(string header)
    {
        Request request = new Request().With(Seraph.Version, "4").With(header, "");
        Assert.True(TryRead(request.Headers, out _, out Rejection? refusal));
        Assert.Equal("headers.other-version", refusal?.ReasonId);
        Assert.False(TryRead(request.With(Seraph.Version, "3").Headers, out _, out refusal));
        Assert.Null(refusal);
    }

    [Fact]
    public void Two_spellings_of_one_name_are_that_name_twice()
    {
        var headers = new Dictionary<string, StringValues>(StringComparer.Ordinal) { [Seraph.Cert] = "a", [Seraph.Cert.ToUpperInvariant()] = "b" };
        Assert.True(TryRead(headers, out _, out Rejection? refusal));
        Assert.Equal("headers.duplicate", refusal?.ReasonId);
    }

    [Fact]
    public void A_request_without_any_of_the_headers_is_none_of_ours()
    {
        Assert.False(TryRead(new Request().With("Authorization", "Basic x").Headers, out AssertionHeaders read, out Rejection? refusal));
        Assert.Null(refusal);
        Assert.Empty(read.Enumerate());
        Assert.False(TryRead(new Request().With(Seraph.Cert, StringValues.Empty).Headers, out _, out _));
    }

    [Fact]
    public void A_certificate_alone_is_ours()
    {
        Assert.True(TryRead(new Request().With(Seraph.Cert, "?").Headers, out AssertionHeaders read, out Rejection? refusal));
        Assert.Null(refusal);
        Assert.Equal([new(Seraph.Cert, "?")], read.Enumerate());
        Assert.True(TryRead(new Request().With(WarwickHeader.Cert, "?").Headers, out read, out _));
        Assert.Equal([new(WarwickHeader.Cert, "?")], read.Enumerate());
    }

    [Fact]
    public void Names_are_looked_up_regardless_of_case()
    {
        Request request = _request.Headers.Aggregate(new Request(), (built, header) => built.With(header.Key.ToUpperInvariant(), header.Value));
        Assert.True(TryRead(request.Headers, out AssertionHeaders read, out _));
        Assert.Equal(_request[Seraph.Signature], read.Signature);
    }

    [Fact]
    public void Headers_are_equal_when_every_one_of_them_is()
    {
        AssertionHeaders one = Read(_request);
        Assert.True(one == Read(_request) && one.Equals((object)Read(_request)) && !(one != Read(_request)));
        Assert.Equal(one.GetHashCode(), Read(_request).GetHashCode());
        foreach (string header in _request.Headers.Keys)
        {
            AssertionHeaders other = Read(_request.With(header, value => value + "x"));
            Assert.True(one != other && !one.Equals((object)other), header);
        }

        Assert.NotEqual(
            new AssertionHeaders(HeaderFamily.Atlassian, "a", null, null, null, "b", null), new AssertionHeaders(HeaderFamily.Warwick, "a", null, null, null, "b", null));
        Assert.False(one.Equals((object)"headers"));
        Assert.Equal(default, new AssertionHeaders(HeaderFamily.Atlassian, null, null, null, null, null, null));
    }

    [Theory]
    [InlineData(false, "3")]
    [InlineData(true, "4")]
    [InlineData(true, "3", "4")]
    [InlineData(false, "04")]
    public void Version_4_is_seen_beside_another(bool isNamed, params string[] versions) =>
        Assert.Equal(isNamed, ReceivedHeaders.Read(_request.With(Seraph.Version, new StringValues(versions)).Headers).NamesVersion4);

    [Fact]
    public async Task Headers_that_the_host_has_looked_through_are_not_looked_through_again()
    {
        IncomingRequest request = Request.Of(ProtocolVersion.Version4).ToIncoming();
        request = request with { Received = ReceivedHeaders.Read(request.Headers), Headers = new Request().Headers };
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4));
        Assert.True((await provider.Verifier.VerifyAsync(request, cancellationToken: TestContext.Current.CancellationToken)).Accepted);
    }

    private static bool TryRead(IDictionary<string, StringValues> headers, out AssertionHeaders read, out Rejection? malformed)
    {
        ReceivedHeaders received = ReceivedHeaders.Read(headers);
        (read, malformed) = (received.Headers, received.Malformed);
        return received.HasAssertion;
    }

    private static AssertionHeaders Read(Request request)
    {
        Assert.True(TryRead(request.Headers, out AssertionHeaders read, out _));
        return read;
    }
}
