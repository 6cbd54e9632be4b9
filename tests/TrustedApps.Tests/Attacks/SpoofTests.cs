using System.Net;
using Microsoft.Extensions.Primitives;
using TrustedApps.Replay;

namespace TrustedApps.Tests.Attacks;

/// <summary>Addresses, headers and answers that are not what they seem.</summary>
public class SpoofTests
{
    private readonly Provider _provider = new(Fixture.Trust(
        Fixture.Wiki, new TrustConditions { Addresses = ["10.0.0.0/8"], Urls = ["*"], Versions = [.. ProtocolVersion.All], CheckForwardedFor = true }));

    private readonly Request _request = Request.Of(ProtocolVersion.Atlassian3);

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("10.0.0.1, 10.0.0.2")]
    [InlineData("127.0.0.1")]
    public async Task An_allowed_address_in_a_header_does_not_make_the_connection_allowed(string forwardedFor)
    {
        Request request = _request.With("X-Forwarded-For", forwardedFor) with { RemoteAddress = IPAddress.Parse("192.0.2.1") };
        Assert.Equal("BAD_REMOTE_IP", await _provider.Answer(request));
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("10.0.0.1, 192.0.2.1")]
    [InlineData("192.0.2.1, 10.0.0.1")]
    [InlineData("10.0.0.1,, ,192.0.2.1")]
    [InlineData("10.0.0.1;192.0.2.1")]
    [InlineData("10.0.0.1 192.0.2.1")]
    [InlineData("0x0a.0.0.1")]
    [InlineData("012.0.0.1")] // 10.0.0.1 in octal
    [InlineData("10.0.0.01")]
    [InlineData("10.1")]
    [InlineData("167772161")]
    [InlineData("10.0.0.1%0a")]
    [InlineData("10.0.0.*")]
    [InlineData("10.0.0.0/8")]
    [InlineData("*")]
    [InlineData("_hidden")]
    [InlineData("unknown")]
    [InlineData("::10.0.0.1")]
    [InlineData("fe80::1%10.0.0.1")]
    public async Task Every_forwarded_address_must_be_allowed_and_be_one(string forwardedFor)
    {
        Assert.Equal("BAD_XFORWARD_IP", await _provider.Answer(_request.With("X-Forwarded-For", forwardedFor)));
        Assert.Equal("BAD_XFORWARD_IP", await _provider.Answer(_request.With("x-forwarded-for", new StringValues(["10.0.0.1", forwardedFor]))));
    }

    [Fact]
    public async Task An_address_in_the_form_of_a_dual_stack_socket_is_what_it_stands_for()
    {
        Assert.Equal("OK fred", await _provider.Answer(_request with { RemoteAddress = IPAddress.Parse("::ffff:10.0.0.7") }));
        Assert.Equal("BAD_REMOTE_IP", await _provider.Answer(_request with { RemoteAddress = IPAddress.Parse("::ffff:192.0.2.1") }));
        Assert.Equal("BAD_REMOTE_IP", await _provider.Answer(_request with { RemoteAddress = IPAddress.Parse("::10.0.0.7") }));
    }

    [Fact]
    public async Task A_header_smuggled_in_twice_is_refused()
    {
        foreach (string header in _request.Headers.Keys)
        {
            Assert.Equal("SYSTEM", await _provider.Answer(_request.With(header, new StringValues([_request[header], _request[header]]))));
            Assert.Equal("SYSTEM", await _provider.Answer(_request.With(header, new StringValues([_request[header], "evil"]))));
        }
    }

    [Fact]
    public async Task Headers_of_two_dialects_do_not_choose_between_them()
    {
        Request both = Request.Of(ProtocolVersion.Warwick, "ann").Headers.Aggregate(_request, (request, header) => request.With(header.Key, header.Value));
        Assert.Equal("SYSTEM", await _provider.Answer(both));
    }

    [Theory]
    [InlineData("wiki\r\nX-Evil: 1")]
    [InlineData("wiki;\t[]")]
    [InlineData("\"],[\"")]
    [InlineData("Zoë\u2028\u202E")]
    [InlineData("{0}{1}{2}")]
    public async Task What_the_request_says_cannot_break_out_of_the_answer(string text)
    {
        Request[] requests =
        [
            _request.With(Seraph.Id, text), _request.With(Seraph.Version, text), _request.With("X-Forwarded-For", text),
            _request with { Host = text }, _request with { Target = text }, _request with { Method = text },
        ];
        foreach (Request request in requests)
        {
            Verdict verdict = await _provider.Verify(request);
            Assert.False(verdict.Accepted);
            Assert.All(verdict.GetResponseHeaders(), header => Assert.DoesNotContain(header.Value, character => character is not ('\t' or (>= ' ' and <= '~'))));
            string value = verdict.GetResponseHeaders().Last().Value;
            Assert.True(TrustedAppError.TryParse(value, out TrustedAppError? error));
            Assert.Equal(verdict.Rejection.Value.Code, error.Code);
            Assert.DoesNotContain(verdict.Rejection.Value.Detail, char.IsControl);
        }

        Verdict warwick = await _provider.Verify(Request.Of(ProtocolVersion.Warwick).With(WarwickHeader.Id, text));
        Assert.All(warwick.GetResponseHeaders(), header => Assert.DoesNotContain(header.Value, character => character is < ' ' or > '~'));
    }

    [Fact]
    public async Task An_outsider_learns_nothing_of_urls_methods_and_users()
    {
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["/rest"], DenyUsers = ["root"] };
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, conditions));
        Request Forged(string user, string method, string target) =>
            Request.Of(ProtocolVersion.Atlassian3, user).With(Seraph.Signature, Convert.ToBase64String(new byte[256])) with { Method = method, Target = target };
        foreach (string user in new[] { "fred", "bob", "root", "nobody" })
        {
            Assert.Equal("BAD_SIGNATURE", await provider.Answer(Forged(user, "GET", "/app/rest/a")));
            Assert.Equal("BAD_SIGNATURE", await provider.Answer(Forged(user, "DELETE", "/app/admin")));
        }

        Assert.Equal(0, provider.Memory.Count);
    }

    [Fact]
    public async Task A_request_without_a_good_signature_costs_the_application_nothing_of_its_memory()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian2)) { Memory = new InMemoryReplayCache(new InMemoryReplayCacheOptions { Capacity = 2, IsNewInstallation = true }) };
        for (int round = 0; round < 10; round++)
        {
            Request forged = Request.Of(ProtocolVersion.Atlassian2).With(Seraph.Signature, Convert.ToBase64String(new byte[256]));
            Assert.Equal("BAD_SIGNATURE", await provider.Answer(forged));
        }

        Assert.Equal("OK fred", await provider.Answer(Request.Of(ProtocolVersion.Atlassian2)));
    }

    [Property(MaxTest = 3000)]
    public Property No_request_whatever_throws_or_is_accepted() => ForAll.In(
        from headers in Gen.ListOf(
            from name in Gen.Elements(
                Seraph.Id, Seraph.Version, Seraph.Key, Seraph.Magic, Seraph.Cert, Seraph.Signature, WarwickHeader.Id, WarwickHeader.Cert, WarwickHeader.Signature, "X-Forwarded-For")
            from value in Gen.OneOf(
                Gen.Elements("wiki", "1", "2", "3", "", " ", "AAAA", "10.0.0.1"),
                Generators.AnyText,
                Generators.Bytes(300).Select(Convert.ToBase64String),
                Gen.Constant(Convert.ToBase64String(new byte[256])))
            select (name, value))
        from target in Generators.AnyText
        from host in Gen.OneOf(Gen.Constant("tracker.example"), Generators.AnyText)
        from method in Gen.OneOf(Gen.Constant("GET"), Generators.AnyText)
        select headers.Aggregate(new Request { Target = target, Host = host, Method = method }, (request, header) => request.With(header.name, header.value)),
        request => !_provider.Verify(request).GetAwaiter().GetResult().Accepted);
}
