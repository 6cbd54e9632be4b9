using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore;
using TrustedApps.Client;
using KestrelServer = TrustedApps.TestSupport.KestrelServer;

namespace TrustedApps.IntegrationTests;

/// <summary>A client that requires proofs and a provider in ASP.NET Core, over HTTP/1.1 and HTTP/2.</summary>
public sealed class ProvenResponseTests : IDisposable
{
    private const int Long = 3_000_000; // bytes: more than the provider buffers

    private readonly RequestLog _seen = new();
    private readonly TestKeyFile _tracker = new(TestKeys.Tracker);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _tracker.Dispose();

    public static TheoryData<string, string, int, string> Answers { get; } = new(
        from version in new[] { "1.1", "2.0" }
        from answer in new[] { ("GET", "/text", 200, "text"), ("HEAD", "/text", 200, ""), ("POST", "/text", 200, "text"), ("GET", "/empty", 204, ""), ("GET", "/missing", 404, ""), ("GET", "/redirect", 200, "text") }
        select new TheoryDataRow<string, string, int, string>($"{version} {answer.Item1}", answer.Item2, answer.Item3, answer.Item4));

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task What_the_application_answers_is_taken(string sent, string path, int status, string content)
    {
        (string version, string method) = (sent.Split(' ')[0], sent.Split(' ')[1]);
        await using KestrelServer tracker = await StartAsync(version);
        using Consumer wiki = ConsumerOf(tracker);
        for (int time = 0; time < 2; time++) // the second one names the grant
        {
            using HttpResponseMessage response = await SendAsync(wiki, version, new HttpMethod(method), tracker.Origin + path);
            Assert.Equal(status, (int)response.StatusCode);
            Assert.Equal(content, await response.Content.ReadAsStringAsync(Cancellation));
        }
    }

    [Theory]
    [InlineData("/long")]
    [InlineData("/flushed")]
    public async Task Over_HTTP_2_long_and_streamed_content_is_proven_in_a_trailer(string path)
    {
        await using KestrelServer tracker = await StartAsync("2.0");
        using Consumer wiki = ConsumerOf(tracker);
        using HttpResponseMessage response = await SendAsync(wiki, "2.0", HttpMethod.Get, tracker.Origin + path);
        Stream stream = await response.Content.ReadAsStreamAsync(Cancellation);
        byte[] content = new byte[Long + 1];
        Assert.Equal(Long, await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, Cancellation));
        Assert.NotEmpty(response.TrailingHeaders.NonValidated);
        Assert.All(content[..Long], value => Assert.Equal((byte)'x', value));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Over_HTTP_1_such_content_is_taken_where_TLS_alone_may_protect_it(bool isAllowed)
    {
        await using KestrelServer tracker = await StartAsync("1.1");
        using Consumer wiki = ConsumerOf(tracker, options => options.AllowUnprovenContent = isAllowed);
        Task<HttpResponseMessage> sending = SendAsync(wiki, "1.1", HttpMethod.Get, tracker.Origin + "/long");
        if (isAllowed)
        {
            using HttpResponseMessage response = await sending;
            Assert.Equal(Long, (await response.Content.ReadAsByteArrayAsync(Cancellation)).Length);
        }
        else
        {
            var refused = await Assert.ThrowsAsync<ResponseProofException>(() => sending);
            Assert.Contains("AllowUnprovenContent", refused.Reason, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_hundred_at_once_are_taken_each_with_its_own_proof(string version)
    {
        await using KestrelServer tracker = await StartAsync(version);
        using Consumer wiki = ConsumerOf(tracker);
        string[] users = [.. Enumerable.Range(0, 100).Select(number => $"user{number}")];
        string[] seen = await Task.WhenAll(users.Select(async user =>
        {
            using HttpResponseMessage response = await SendAsync(wiki, version, HttpMethod.Get, tracker.Origin + "/closed", user);
            return await response.Content.ReadAsStringAsync(Cancellation);
        }));
        Assert.Equal(users, seen);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_refusal_is_taken_if_it_is_proven(string version)
    {
        await using KestrelServer tracker = await StartAsync(version, trust => trust.DenyUsers.Add("bob"));
        using Consumer wiki = ConsumerOf(tracker, options => options.ThrowOnRejection = true);
        var refused = await Assert.ThrowsAsync<TrustedAppException>(() => SendAsync(wiki, version, HttpMethod.Get, tracker.Origin + "/text", "bob"));
        Assert.Equal((ErrorCode.PermissionDenied, HttpStatusCode.Forbidden), (refused.Code, refused.StatusCode));
        using HttpResponseMessage response = await SendAsync(wiki, version, HttpMethod.Get, tracker.Origin + "/text");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData(4.5)]
    [InlineData(-9)]
    public async Task A_clock_that_is_wrong_is_corrected_by_the_proof(double minutes)
    {
        await using KestrelServer tracker = await StartAsync("1.1");
        using Consumer wiki = ConsumerOf(tracker, time: new ManualTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(minutes)));
        using HttpResponseMessage response = await SendAsync(wiki, "1.1", HttpMethod.Get, tracker.Origin + "/text");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, _seen.Trusted.Length);
        Assert.Single(wiki.Logs.Lines, line => line.Event.Name == "ClockCorrected");
    }

    [Fact]
    public async Task A_header_that_the_provider_requires_to_be_bound_is_bound_by_an_option()
    {
        await using KestrelServer tracker = await StartAsync("1.1", configure: options => options.RequiredHeaders.Add("Idempotency-Key"));
        using Consumer without = ConsumerOf(tracker), with = ConsumerOf(tracker, options => options.BindHeader("Idempotency-Key"));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(without));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(with));

        async Task<HttpStatusCode> PostAsync(Consumer wiki)
        {
            using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Post, tracker.Origin + "/text").OnBehalfOf("fred");
            request.Headers.Add("Idempotency-Key", "17");
            using HttpResponseMessage response = await wiki.Client.SendAsync(request, Cancellation);
            return response.StatusCode;
        }
    }

    private Consumer ConsumerOf(KestrelServer tracker, Action<TrustedAppClientOptions>? configure = null, TimeProvider? time = null) => Consumer.OfVersion4(
        tracker.Origin,
        options =>
        {
            options.RequireResponseProof = true;
            (options.ProviderCertificateFile, options.RefreshProviderCertificate) = (_tracker.CertificatePath, false); // it would be fetched over HTTP/1.1
            configure?.Invoke(options);
        },
        time: time);

    private static async Task<HttpResponseMessage> SendAsync(Consumer wiki, string version, HttpMethod method, string url, string user = "fred")
    {
        using HttpRequestMessage request = new HttpRequestMessage(method, url) { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact }.OnBehalfOf(user);
        return await wiki.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    private Task<KestrelServer> StartAsync(string version, Action<TrustedApplicationOptions>? trust = null, Action<TrustedAppsOptions>? configure = null) => Version4.StartAsync(
        options =>
        {
            options.Applications.Add(Version4.Trust(trust));
            configure?.Invoke(options);
        },
        before: _seen.WatchAlone,
        after: app =>
        {
            app.Map("/text", (HttpContext context) => context.Response.WriteAsync("text", context.RequestAborted));
            app.Map("/empty", (HttpContext context) =>
            {
                context.Response.StatusCode = 204;
            });
            app.Map("/redirect", (HttpContext context) => context.Response.Redirect("/text"));
            app.Map("/long", (HttpContext context) => context.Response.Body.WriteAsync(LongContent(), context.RequestAborted).AsTask());
            app.Map("/flushed", async (HttpContext context) =>
            {
                await context.Response.Body.WriteAsync(LongContent().AsMemory(0, 10), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await context.Response.Body.WriteAsync(LongContent().AsMemory(10), context.RequestAborted);
            });
        },
        protocols: version == "1.1" ? HttpProtocols.Http1 : HttpProtocols.Http2);

    private static byte[] LongContent()
    {
        byte[] content = new byte[Long];
        Array.Fill(content, (byte)'x');
        return content;
    }
}
