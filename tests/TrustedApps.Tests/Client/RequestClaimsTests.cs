using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.Client;

namespace TrustedApps.Tests.Client;

/// <summary>What a client says in its assertions besides user and request: chain, scopes and bound headers.</summary>
public sealed class RequestClaimsTests : IDisposable
{
    private readonly ProvingServer _server = new(TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_chain_and_the_scopes_of_a_request_arrive()
    {
        VerifiedAssertion arrived = await AcceptAsync(request => request.PassedOnBy(["blog", "shop"]).WithScopes("issues.read"));
        Assert.Equal(["blog", "shop"], arrived.Actors);
        Assert.Equal(["issues.read"], arrived.Scopes);
    }

    [Fact]
    public async Task Those_of_the_options_arrive_unless_the_request_names_others()
    {
        int asked = 0;
        Action<TrustedAppClientOptions> configure = options =>
        {
            options.Scopes.Add("issues.read");
            options.CurrentActors = _ =>
            {
                asked++;
                return ["blog"];
            };
        };
        VerifiedAssertion usual = await AcceptAsync(_ => { }, configure);
        VerifiedAssertion other = await AcceptAsync(request => request.PassedOnBy([]).WithScopes("issues.write"), configure);
        Assert.Equal(["blog"], usual.Actors);
        Assert.Equal(["issues.read"], usual.Scopes);
        Assert.Empty(other.Actors);
        Assert.Equal(["issues.write"], other.Scopes);
        Assert.Equal(1, asked);
        Assert.Empty((await AcceptAsync(_ => { }, options => options.CurrentActors = _ => null)).Actors);
    }

    [Fact]
    public async Task A_chain_is_not_passed_on_for_the_application_itself()
    {
        Action<TrustedAppClientOptions> configure = options => options.CurrentActors = _ => ["blog"];
        Assert.Equal("PERMISSION_DENIED", await CodeAsync(request => request.OnOwnBehalf(), configure)); // of AllowSelf, not of a malformed claim
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => CodeAsync(request => request.OnOwnBehalf().PassedOnBy(["blog"]), configure));
        Assert.Contains("act without sub", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_that_comes_back_ends()
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => CodeAsync(request => request.PassedOnBy(["blog", "wiki"])));
        Assert.Contains("act names an application twice", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Theory]
    [InlineData("a b c d", "there are 4, and a request may have been passed on by 3 at most")]
    [InlineData("a ä", "'ä' is not an application id")]
    [InlineData("a a", "one is there twice")]
    public void What_is_not_a_chain_is_refused_at_once(string actors, string problem)
    {
        using var request = new HttpRequestMessage();
        var refused = Assert.Throws<ArgumentException>(() => request.PassedOnBy(actors.Split(' ')));
        Assert.StartsWith($"These applications cannot be named: {problem}.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_are_not_scopes_is_refused_at_once()
    {
        using var request = new HttpRequestMessage();
        string[][] wrong = [[], ["a b"], ["a", "a"], ["\""], [.. Enumerable.Range(0, 17).Select(number => $"s{number}")], [new string('s', 65)]];
        Assert.All(wrong, scopes => Assert.StartsWith("The request cannot be narrowed to these scopes: ", Assert.Throws<ArgumentException>(() => request.WithScopes(scopes)).Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Host")]
    [InlineData("content-type")]
    [InlineData("X-Forwarded-For")]
    [InlineData("Connection")]
    [InlineData("X-Seraph-Trusted-App-Cert")]
    [InlineData("a b")]
    [InlineData("")]
    public void A_header_that_cannot_be_bound_is_refused_at_once(string name)
    {
        using var request = new HttpRequestMessage();
        Assert.StartsWith($"BindHeader: '{name}' cannot be bound by an assertion.", Assert.Throws<ArgumentException>(() => request.BindHeader(name)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new TrustedAppClientOptions().BindHeader(name));
        Assert.Contains($"BoundHeaders: '{name}' cannot be bound", Refuse(options => options.BoundHeaders.Add(name)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_are_bound_with_the_values_that_they_have_when_the_request_is_sent()
    {
        string[] names = ["Idempotency-Key", "If-Match", "Content-Language", "X-Absent", "idempotency-KEY"];
        Action<TrustedAppClientOptions> configure = options => options.BindHeader("If-Match");
        Action<HttpRequestMessage> prepare = request =>
        {
            foreach (string name in names) request.BindHeader(name);
            request.Method = HttpMethod.Put;
            request.Content = new StringContent("content");
            request.Content.Headers.TryAddWithoutValidation("Content-Language", "de");
            request.Headers.TryAddWithoutValidation("If-Match", "\"a\" ,\"b\"");
            request.Headers.TryAddWithoutValidation("Idempotency-Key", " 17\tx ");
        };
        await AcceptAsync(prepare, configure);

        foreach (string name in names[..3])
        {
            _server.Change = request => request.With(name, value => value + "x");
            Assert.Equal("BAD_SIGNATURE", await CodeAsync(prepare, configure));
            _server.Change = request => request.Without(name);
            Assert.Equal("BAD_SIGNATURE", await CodeAsync(prepare, configure));
        }
    }

    [Fact]
    public async Task A_value_that_cannot_be_bound_is_not_sent()
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => CodeAsync(request =>
        {
            request.BindHeader("Slug");
            request.Headers.TryAddWithoutValidation("Slug", "ü");
        }));
        Assert.Contains("the value of 'Slug' has other characters than printable ASCII", refused.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Newer { get; } = ["actors", "scopes", "bound", "proof"];

    [Theory]
    [MemberData(nameof(Newer))]
    public async Task Nothing_of_it_is_dropped_in_silence_by_an_older_version(string claim)
    {
        var issuer = new AssertionIssuer(Fixture.Wiki, LegacyProtocols.Find(ProtocolVersion.Atlassian3));
        var plain = new OutgoingRequest { Url = Fixture.Url, User = "fred" };
        Assert.NotNull((await issuer.IssueAsync(plain, Cancellation)).Cert);
        OutgoingRequest request = claim switch
        {
            "actors" => plain with { Actors = ["blog"] },
            "scopes" => plain with { Scopes = ["a"] },
            "bound" => plain with { BoundHeaders = [new("If-Match", "a")] },
            _ => plain with { RequireResponseProof = true },
        };
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => issuer.IssueAsync(request, Cancellation).AsTask());
        Assert.Contains("which version 3 cannot say. Use version 4", refused.Message, StringComparison.Ordinal);

        Action<TrustedAppClientOptions> configure = claim switch
        {
            "actors" => options => options.CurrentActors = _ => [],
            "scopes" => options => options.Scopes.Add("a"),
            "bound" => options => options.BindHeader("If-Match"),
            _ => options => options.RequireResponseProof = true,
        };
        var other = new TrustedAppClientOptions { BaseUrl = Fixture.Base.Text };
        configure(other);
        Assert.Contains("needs version 4, but Version is '3'", Assert.Throws<ArgumentException>(() => new TrustedAppHandler(issuer, other)).Message, StringComparison.Ordinal);
        Assert.Contains("needs version 4, but Version is '3'", Refuse(options =>
        {
            options.Version = "3";
            configure(options);
        }), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_cannot_be_meant_are_refused()
    {
        Assert.Contains("Scopes: a scope is there twice", Refuse(options =>
        {
            options.Scopes.Add("a");
            options.Scopes.Add("a");
        }), StringComparison.Ordinal);
        Assert.Contains("BoundHeaders must have at most 8 names, but has 9.", Refuse(options =>
        {
            for (int number = 0; number < 9; number++) options.BindHeader($"X-{number}");
        }), StringComparison.Ordinal);
        Assert.Contains("AllowUnprovenContent needs RequireResponseProof", Refuse(options => options.AllowUnprovenContent = true), StringComparison.Ordinal);
    }

    // The message with which a host does not start.
    private static string Refuse(Action<TrustedAppClientOptions> configure)
    {
        var services = new ServiceCollection();
        services.AddHttpClient("tracker").AddTrustedApp(options =>
        {
            (options.BaseUrl, options.Keys) = (Fixture.Base.Text, Fixture.Wiki);
            options.ProviderFingerprints.Add(Fixture.Tracker.SigningKey.PublicKey.Fingerprint);
            configure(options);
        });
        using ServiceProvider provider = services.BuildServiceProvider();
        return Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptionsMonitor<TrustedAppClientOptions>>().Get("tracker")).Message;
    }

    private async Task<VerifiedAssertion> AcceptAsync(Action<HttpRequestMessage> prepare, Action<TrustedAppClientOptions>? configure = null)
    {
        Assert.Equal("OK", await CodeAsync(prepare, configure));
        return _server.Verdicts[^1].Assertion!;
    }

    private async Task<string> CodeAsync(Action<HttpRequestMessage> prepare, Action<TrustedAppClientOptions>? configure = null)
    {
        var options = new TrustedAppClientOptions { BaseUrl = Fixture.Base.Text, CurrentUser = () => "fred" };
        configure?.Invoke(options);
        var issuer = new AssertionIssuer(Fixture.Wiki, Fixture.Tracker.ToCertificate(), Fixture.Base);
        using var client = new HttpClient(new TrustedAppHandler(issuer, options) { InnerHandler = _server }, disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, Fixture.Url);
        prepare(request);
        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);
        return response.StatusCode == HttpStatusCode.OK ? "OK" : _server.Verdicts[^1].Rejection!.Value.Code.ToWireName();
    }

    public void Dispose() => _server.Dispose();
}
