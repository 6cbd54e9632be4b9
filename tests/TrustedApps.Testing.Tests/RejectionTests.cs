using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc.Testing;
using TrustedApps.Client;

namespace TrustedApps.Testing.Tests;

public sealed class RejectionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Code, status, and the reason, or how it begins, where the provider discloses it: that of what really happens.
    public static TheoryData<ErrorCode, HttpStatusCode, string?> Rejections => new()
    {
        { ErrorCode.ApplicationUnknown, HttpStatusCode.Unauthorized, null },
        { ErrorCode.BadProtocolVersion, HttpStatusCode.Unauthorized, null },
        { ErrorCode.BadRemoteAddress, HttpStatusCode.Unauthorized, null },
        { ErrorCode.BadGrant, HttpStatusCode.Unauthorized, null },
        { ErrorCode.GrantNeeded, HttpStatusCode.Unauthorized, null },
        { ErrorCode.BadMagic, HttpStatusCode.Unauthorized, null },
        { ErrorCode.OldAssertion, HttpStatusCode.Unauthorized, "assertion.expired" },
        { ErrorCode.FutureAssertion, HttpStatusCode.Unauthorized, null },
        { ErrorCode.BadSignature, HttpStatusCode.Unauthorized, "binding.url" },
        { ErrorCode.Replayed, HttpStatusCode.Unauthorized, "replay.repeated" },
        { ErrorCode.Unavailable, HttpStatusCode.ServiceUnavailable, "replay.cache-unavailable" },
        { ErrorCode.BadDigest, HttpStatusCode.Unauthorized, "content." },
    };

    [Theory]
    [MemberData(nameof(Rejections))]
    public async Task A_request_is_rejected_as_the_application_rejects_it(ErrorCode code, HttpStatusCode status, string? reason)
    {
        await using var factory = new TrackerFactory();
        using HttpClient client = factory.CreateTrustedClient("fred");
        await client.GetStringAsync("rest/x", Cancellation); // the key grant is kept
        foreach (HttpMethod method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post])
        {
            using HttpRequestMessage request = new HttpRequestMessage(method, "rest/x").RejectAs(code);
            if (method == HttpMethod.Post) request.Content = JsonContent.Create("text");

            using HttpResponseMessage response = await client.SendAsync(request, Cancellation);

            Assert.Equal(status, response.StatusCode);
            Assert.Equal($"TrustedApp error=\"{code.ToWireName()}\"", response.Headers.WwwAuthenticate.ToString());
            JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
            string? found = problem.TryGetProperty("reason", out JsonElement id) ? id.GetString() : null;
            Assert.Equal(reason, found?[..Math.Min(found.Length, reason?.Length ?? found.Length)]);
        }

        await client.GetStringAsync("rest/x", Cancellation); // the next is accepted
    }

    [Theory]
    [MemberData(nameof(Rejections))]
    public async Task So_is_one_over_a_socket(ErrorCode code, HttpStatusCode status, string? reason)
    {
        _ = reason;
        await using var factory = new TrackerFactory();
        factory.UseKestrel(0);
        factory.StartServer();
        using HttpClient client = factory.CreateTrustedClient("fred", options => options.RejectAs = code);

        using HttpResponseMessage response = await client.GetAsync("rest/x", Cancellation);

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task Unavailable_says_when_to_come_again()
    {
        await using var factory = new TrackerFactory();
        using HttpClient client = factory.CreateTrustedClient("fred");
        using HttpRequestMessage request =
            new HttpRequestMessage(HttpMethod.Get, "rest/x").RejectAs(ErrorCode.Unavailable, TimeSpan.FromSeconds(30));

        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);

        Assert.Equal(TimeSpan.FromSeconds(30), response.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task The_endpoint_is_not_reached()
    {
        int calls = 0;
        await using var factory = new TrackerFactory
        {
            Endpoints = app => app.MapPost("/count", () => ++calls).RequireAuthorization("Trusted"),
        };
        using HttpClient client = factory.CreateTrustedClient("fred", options => options.RejectAs = ErrorCode.Replayed);

        using HttpResponseMessage response = await client.PostAsync("count", content: null, Cancellation);

        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task A_client_that_throws_on_rejection_throws()
    {
        await using var factory = new TrackerFactory();
        using HttpClient client = factory.CreateTrustedClient("fred", options =>
            (options.RejectAs, options.Client.ThrowOnRejection) = (ErrorCode.OldAssertion, true));

        TrustedAppException refused = await Assert.ThrowsAsync<TrustedAppException>(() => client.GetAsync("rest/x", Cancellation));

        Assert.Equal(ErrorCode.OldAssertion, refused.Code);
    }

    [Theory]
    [InlineData(ErrorCode.OldAssertion)]
    [InlineData(ErrorCode.BadDigest)]
    [InlineData(ErrorCode.Replayed)]
    public async Task A_rejection_is_proven_where_the_client_demands_it(ErrorCode code)
    {
        await using var factory = new TrackerFactory();
        using HttpClient client = factory.CreateTrustedClient("fred", options =>
            (options.RejectAs, options.Client.RequireResponseProof) = (code, true));

        using HttpResponseMessage response = await client.GetAsync("rest/x", Cancellation);

        Assert.Equal($"TrustedApp error=\"{code.ToWireName()}\"", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task A_rejection_that_does_not_happen_fails_the_test()
    {
        await using var factory = new TrackerFactory();
        using HttpClient client = factory.CreateTrustedClient("fred", options =>
            (options.RejectAs, options.Conditions) = (ErrorCode.BadRemoteAddress, TrustedClientOptions.Everything));

        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetAsync("rest/x", Cancellation));

        Assert.StartsWith(
            "The test demands the rejection BadRemoteAddress, but the application answered 200 without a rejection.",
            problem.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ErrorCode.UserUnknown, "Name a user that the application does not know")]
    [InlineData(ErrorCode.BadUrl, "Set Conditions with other Urls")]
    [InlineData(ErrorCode.SecretKeyNotFound, "These can: ApplicationUnknown, ")]
    public void A_rejection_that_cannot_be_demanded_is_refused(ErrorCode code, string expected)
    {
        using var request = new HttpRequestMessage();

        var problem = Assert.Throws<ArgumentException>(() => request.RejectAs(code));

        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => request.RejectAs(ErrorCode.Replayed, TimeSpan.FromSeconds(1)));
    }
}
