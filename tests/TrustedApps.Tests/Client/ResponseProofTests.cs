using System.Net;
using System.Text;
using TrustedApps.Client;
using TrustedApps.Responses;
using Reply = TrustedApps.Tests.Client.ProvingServer.Reply;

namespace TrustedApps.Tests.Client;

/// <summary>A consumer that requires proofs takes the provider's own response to this request, and nothing else.</summary>
public sealed class ResponseProofTests : IDisposable
{
    private const string Proof = ResponseProver.HeaderName;

    private readonly ManualTimeProvider _clock = new(Fixture.Now);
    private readonly ProvingServer _server;
    private readonly List<HttpClient> _clients = [];
    private HttpClient? _usual;

    public ResponseProofTests() => _server = new ProvingServer(_clock);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    public static TheoryData<string, int, bool, string?> Replies => new()
    {
        { "GET", 200, true, null }, { "GET", 200, false, null }, { "POST", 201, true, null }, { "PUT", 200, false, "trailer" },
        { "GET", 200, true, "trailer" }, { "HEAD", 200, true, null }, { "GET", 404, true, null }, { "GET", 500, false, null }, { "GET", 302, true, null },
    };

    [Theory]
    [MemberData(nameof(Replies))]
    public async Task What_the_provider_answers_is_taken_with_its_headers(string method, int status, bool hasLength, string? digest)
    {
        _server.Answer = () => new Reply { Status = status, HasLength = hasLength, Digest = digest, ContentEncoding = "br", Location = "https://elsewhere.example/" };
        using HttpResponseMessage response = await SendAsync(new HttpMethod(method));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(("text/plain", "br"), (response.Content.Headers.ContentType?.ToString(), response.Content.Headers.ContentEncoding.Single()));
        if (hasLength) Assert.Equal(18, response.Content.Headers.ContentLength);
        string expected = method == "HEAD" ? "" : "the list of issues";
        Assert.Equal(expected, await response.Content.ReadAsStringAsync(Cancellation));
        Assert.True(_server.Requests[^1].Headers.ContainsKey("Accept-Encoding"));
    }

    [Theory]
    [InlineData(204)]
    [InlineData(304)]
    [InlineData(200)]
    public async Task What_has_no_content_is_taken_without_any(int status)
    {
        _server.Answer = () => new Reply { Status = status, Content = null, ContentType = null, HasLength = false };
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancellation));

        _server.OnTheWay = changed => changed.Content = new ByteArrayContent([1]);
        await RefuseAsync("it has content, although its proof says that there is none");
    }

    public static TheoryData<string> Changes => [.. _changes.Keys];

    private static readonly Dictionary<string, (string Reason, Action<HttpResponseMessage> Change)> _changes = new()
    {
        ["status"] = ("the proven status is 200, not 201", response => response.StatusCode = HttpStatusCode.Created),
        ["type"] = ("the proven Content-Type is 'text/plain', not 'text/html'", response => Set(response.Content.Headers, "Content-Type", "text/html")),
        ["no type"] = ("proves the Content-Type 'text/plain'", response => Set(response.Content.Headers, "Content-Type", null)),
        ["two types"] = ("it has more than one Content-Type", response => response.Content.Headers.TryAddWithoutValidation("Content-Type", "text/html")),
        ["location"] = ("it proves no Location", response => Set(response.Headers, "Location", "/login")),
        ["encoding"] = ("it proves no Content-Encoding", response => Set(response.Content.Headers, "Content-Encoding", "gzip")),
        ["range"] = ("it proves no Content-Range", response => Set(response.Content.Headers, "Content-Range", "bytes 0-17/18")),
        ["proof stripped"] = ("it has no proof", response => Set(response.Headers, Proof, null)),
        ["second proof"] = ("it has more than one proof", response => response.Headers.TryAddWithoutValidation(Proof, Only(response))),
        ["proofs joined"] = ("its proof does not hold", response => Set(response.Headers, Proof, $"{Only(response)}, {Only(response)}")),
        ["proof changed"] = ("its proof does not hold: its signature", response => Set(response.Headers, Proof, Flip(Only(response)))),
        ["proof empty"] = ("its proof does not hold", response => Set(response.Headers, Proof, "")),
        ["content"] = ("its content is not the proven one", response => Replace(response, "the list of issueS")),
        ["longer"] = ("its content is not the proven one", response => Replace(response, "the list of issues!")),
        ["shorter"] = ("its content is not the proven one", response => Replace(response, "the list of issue")),
        ["empty"] = ("its content is not the proven one", response => Replace(response, "")),
        ["answered by a proxy"] = ("it has no proof; its status is 502", response =>
        {
            response.StatusCode = HttpStatusCode.BadGateway;
            response.Headers.Clear();
        }
        ),
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_response_that_was_changed_on_the_way_is_not_taken(string change)
    {
        (string reason, Action<HttpResponseMessage> onTheWay) = _changes[change];
        _server.OnTheWay = onTheWay;
        await RefuseAsync(reason);
        await RefuseAsync(reason, HttpMethod.Post);
    }

    [Theory]
    [InlineData("text/html;charset=utf-8", "https://elsewhere.example/%7Ea?b=%41")]
    [InlineData("multipart/mixed;  boundary=\"a ,b\"", "/app/issues/%7E1")]
    public async Task A_handler_in_between_that_reads_the_headers_changes_nothing(string type, string location)
    {
        _server.Answer = () => new Reply { Status = 201, ContentType = type, ContentEncoding = "gzip,br", Location = location };
        using HttpResponseMessage plain = await SendAsync(HttpMethod.Get);
        Assert.Equal(type, plain.Content.Headers.NonValidated["Content-Type"].ToString());
        _server.OnTheWay = Read;
        using HttpResponseMessage read = await SendAsync(HttpMethod.Get);
        Assert.NotEqual(type, read.Content.Headers.NonValidated["Content-Type"].ToString());
        Assert.Equal("the list of issues", await read.Content.ReadAsStringAsync(Cancellation));

        _server.OnTheWay = response =>
        {
            Set(response.Content.Headers, "Content-Type", type.Replace('m', 'M').Replace("utf-8", "utf-7", StringComparison.Ordinal));
            Read(response);
        };
        await RefuseAsync("the proven Content-Type");
        _server.OnTheWay = response =>
        {
            Set(response.Headers, "Location", location.Replace('a', 'b').Replace("1", "2", StringComparison.Ordinal));
            Read(response);
        };
        await RefuseAsync("the proven Location");
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task A_proven_refusal_that_is_a_redirect_is_not_followed(string method)
    {
        string location = Fixture.Base.Text + "/error";
        _server.OnTheWay = response =>
        {
            var refusal = new ProvenResponse { Status = 302, Location = location, Error = "PERMISSION_DENIED;\tNo;\t[]" };
            (response.StatusCode, response.Content) = (HttpStatusCode.Found, new ByteArrayContent([]));
            Set(response.Headers, "Location", location);
            Set(response.Headers, Proof, _server.Verdicts[^1].Prover!.Prove(refusal, _clock.GetUtcNow())!);
        };
        var refused = await Assert.ThrowsAsync<TrustedAppException>(() => SendAsync(new HttpMethod(method), configure: options => options.ThrowOnRejection = true));
        Assert.Equal((ErrorCode.PermissionDenied, HttpStatusCode.Found), (refused.Code, refused.StatusCode));
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task The_Status_and_Error_headers_do_not_count()
    {
        _server.OnTheWay = response =>
        {
            Set(response.Headers, "X-Seraph-Trusted-App-Status", "ERROR");
            Set(response.Headers, "X-Seraph-Trusted-App-Error", "BAD_GRANT;\tThe grant is not known;\t[]");
        };
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(_server.Requests);

        _server.OnTheWay = response =>
        {
            Set(response.Headers, "X-Seraph-Trusted-App-Status", "OK");
            Set(response.Headers, "X-Seraph-Trusted-App-Error", null);
        };
        var refused = await Assert.ThrowsAsync<TrustedAppException>(() => SendAsync(HttpMethod.Get, user: "bob", configure: options => options.ThrowOnRejection = true));
        Assert.Equal(ErrorCode.PermissionDenied, refused.Code);
        using HttpResponseMessage returned = await SendAsync(HttpMethod.Get, user: "bob");
        Assert.Equal(HttpStatusCode.Forbidden, returned.StatusCode);
        Assert.Equal(3, _server.Requests.Count);
    }

    [Fact]
    public async Task An_answer_to_another_request_is_not_taken()
    {
        var before = new List<HttpResponseMessage>();
        _server.OnTheWay = response =>
        {
            before.Add(response);
            if (before.Count == 1) return;
            Set(response.Headers, Proof, Only(before[^2])); // the same answer, a moment ago
        };
        using HttpResponseMessage first = await SendAsync(HttpMethod.Get);
        await RefuseAsync("it proves the response to another request");

        _usual = null; // another grant
        await RefuseAsync("it names another key grant");
    }

    [Theory]
    [InlineData("stripped", "in its trailer it has no proof")]
    [InlineData("second", "in its trailer it has more than one proof")]
    [InlineData("changed", "the proof in its trailer does not hold")]
    [InlineData("header", "its content is not the proven one")]
    public async Task A_trailer_that_was_changed_on_the_way_is_noticed_at_the_end(string change, string reason)
    {
        _server.Answer = () => new Reply { Digest = "trailer", HasLength = false };
        _server.OnTheWayOfTrailers = response =>
        {
            string trailer = response.TrailingHeaders.NonValidated[Proof].ToString();
            response.TrailingHeaders.Clear();
            if (change != "stripped") response.TrailingHeaders.TryAddWithoutValidation(Proof, change == "changed" ? Flip(trailer) : change == "header" ? Only(response) : trailer);
            if (change == "second") response.TrailingHeaders.TryAddWithoutValidation(Proof, trailer);
        };
        await RefuseAsync(reason);
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(0, "201")]
    [InlineData(0, "text/html")]
    public async Task A_trailer_that_proves_another_head_is_noticed(int seconds, string? other)
    {
        ResponseProver? prover = null;
        _server.Answer = () => new Reply { Digest = "trailer", HasLength = false };
        _server.OnTheWayOfTrailers = response =>
        {
            prover = _server.Verdicts[^1].Prover;
            response.TrailingHeaders.Clear();
            var head = new ProvenResponse
            {
                Status = other == "201" ? 201 : 200,
                ContentType = other == "text/html" ? other : "text/plain",
                ContentDigest = ContentBindingOf("the list of issues"),
            };
            response.TrailingHeaders.TryAddWithoutValidation(Proof, prover!.Prove(head, _clock.GetUtcNow().AddSeconds(seconds)));
        };
        await RefuseAsync(other is null ? "the proof in its trailer differs from that in its header" : "the proof in its trailer does not hold");
    }

    [Fact]
    public async Task Content_that_TLS_alone_protects_is_taken_only_where_that_is_allowed_and_never_for_a_refusal()
    {
        _server.Answer = () => new Reply { Digest = "none" };
        await RefuseAsync("AllowUnprovenContent takes content that TLS alone protects");
        using HttpResponseMessage taken = await SendAsync(HttpMethod.Get, configure: options => options.AllowUnprovenContent = true);
        Assert.Equal("the list of issues", await taken.Content.ReadAsStringAsync(Cancellation));

        _server.OnTheWay = response =>
        {
            string proof = _server.Verdicts[^1].Prover!.Prove(new ProvenResponse { Status = 403, Error = "PERMISSION_DENIED;\tNo;\t[]", ContentDigest = "none" }, _clock.GetUtcNow())!;
            Set(response.Headers, Proof, proof);
        };
        var refused = await Assert.ThrowsAsync<ResponseProofException>(() => SendAsync(HttpMethod.Get, user: "bob", configure: options => options.AllowUnprovenContent = true));
        Assert.Contains("a refusal must prove its content", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_exception_says_what_is_known_and_is_no_fault_of_the_network()
    {
        _server.InPlace = _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("welcome") };
        var refused = await Assert.ThrowsAsync<ResponseProofException>(() => SendAsync(HttpMethod.Get));
        Assert.Equal("it has no proof; its status is 200", refused.Reason);
        Assert.Equal(
            "The response is not used: it has no proof; its status is 200. RequireResponseProof demands that the provider proves its response. It is not known whether the provider executed the request. Ask the provider for the result before you send the request again.",
            refused.Message);
        Assert.False(typeof(ResponseProofException).IsAssignableTo(typeof(HttpRequestException)));
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task Where_no_proof_is_required_nothing_is_demanded_or_wrapped()
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, configure: options => options.RequireResponseProof = false);
        Assert.IsType<StreamContent>(response.Content);
        Assert.False(response.Headers.Contains(Proof));
        Assert.False(_server.Requests[0].Headers.ContainsKey("Accept-Encoding"));
    }

    [Fact]
    public async Task An_Accept_Encoding_of_the_caller_stays()
    {
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, Fixture.Url).OnBehalfOf("fred");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "br");
        using HttpResponseMessage response = await ClientOf().SendAsync(request, Cancellation);
        Assert.Equal("br", _server.Requests[0]["Accept-Encoding"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handler_below_that_decompresses_is_refused(bool isOld)
    {
        foreach ((bool required, bool isRefused) in new[] { (true, true), (false, false) })
        {
            var options = new TrustedAppClientOptions { BaseUrl = Fixture.Base.Text, RequireResponseProof = required };
            HttpMessageHandler below = isOld
                ? new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.GZip }
                : new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.All, ConnectCallback = (_, _) => throw new IOException("no network") };
            using var client = new HttpClient(new TrustedAppHandler(Issuer(), options, _clock) { InnerHandler = below });
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://127.0.0.1:1/");
            Exception? failure = await Record.ExceptionAsync(() => client.SendAsync(request, Cancellation));
            Assert.Equal(isRefused, failure is InvalidOperationException refused && refused.Message.Contains("AutomaticDecompression of the primary HTTP handler must be None", StringComparison.Ordinal));
        }
    }

    private static string ContentBindingOf(string content) => ContentBinding.Of(Encoding.UTF8.GetBytes(content), null).Claim.ToString()!;

    private static void Set(System.Net.Http.Headers.HttpHeaders headers, string name, string? value)
    {
        headers.Remove(name);
        if (value is not null) headers.TryAddWithoutValidation(name, value);
    }

    private static string Only(HttpResponseMessage response) => response.Headers.NonValidated[Proof].ToString();

    private static string Flip(string token) => token[..^1] + (token[^1] == 'A' ? 'E' : 'A'); // no spare bits

    // Under the headers of the content that was proven, as where a length is not stated.
    private static void Replace(HttpResponseMessage response, string content)
    {
        response.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(content));
        Set(response.Content.Headers, "Content-Type", "text/plain");
    }

    private static AssertionIssuer Issuer(TimeProvider? clock = null) => new(Fixture.Wiki, Fixture.Tracker.ToCertificate(), Fixture.Base, clock);

    private HttpClient ClientOf(Action<TrustedAppClientOptions>? configure = null)
    {
        if (configure is null && _usual is not null) return _usual;
        var options = new TrustedAppClientOptions { BaseUrl = Fixture.Base.Text, RequireResponseProof = true };
        configure?.Invoke(options);
        var client = new HttpClient(new TrustedAppHandler(Issuer(_clock), options, _clock) { InnerHandler = _server }, disposeHandler: false);
        _clients.Add(client);
        if (configure is null) _usual = client;
        return client;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string user = "fred", Action<TrustedAppClientOptions>? configure = null)
    {
        using HttpRequestMessage request = new HttpRequestMessage(method, Fixture.Url).OnBehalfOf(user);
        return await ClientOf(configure).SendAsync(request, Cancellation);
    }

    // As a handler that logs does: HttpClient then keeps the values that it has parsed, and no longer their text.
    private static void Read(HttpResponseMessage response) =>
        _ = (response.Headers.ToString(), response.Content.Headers.ToString(), response.Headers.Location, response.Content.Headers.ContentType, response.Content.Headers.ContentEncoding.Count);

    private async Task RefuseAsync(string reason, HttpMethod? method = null)
    {
        var refused = await Assert.ThrowsAsync<ResponseProofException>(() => SendAsync(method ?? HttpMethod.Get));
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
    }
}
