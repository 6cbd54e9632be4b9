using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using TrustedApps.Certificates;
using TrustedApps.Client;

namespace TrustedApps.IntegrationTests;

/// <summary>Beside Microsoft.Extensions.Http.Resilience: what is final is no fault of the network, and what may pass is one.</summary>
public sealed class ResilienceTests
{
    private readonly RequestLog _seen = new();

    public static TheoryData<bool, bool> Orders { get; } = new() { { true, true }, { true, false }, { false, true }, { false, false } };

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task An_unknown_user_is_not_retried_and_takes_the_client_away_from_nobody(bool isAddedBefore, bool throws)
    {
        await using KestrelServer tracker = await Version4.StartAsync(
            services: services => services.AddSingleton(UserResolvers.List(["fred"])), before: _seen.WatchAlone);
        using Consumer wiki = ConsumerOf(tracker, isAddedBefore, throws);

        for (int round = 0; round < 120; round++) // the breaker opens at 10 % failures of at least 100 attempts in 30 s
        {
            Assert.Equal("USER_UNKNOWN", await CodeOfAsync(wiki, tracker.Origin + "/closed", "nobody"));
            if (round % 20 == 0) Assert.Equal("OK", await CodeOfAsync(wiki, tracker.Origin + "/closed", "fred"));
        }

        Assert.Equal("OK", await CodeOfAsync(wiki, tracker.Origin + "/closed", "fred"));
        Assert.Equal(127, _seen.Trusted.Length); // each was sent once
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task What_may_pass_is_retried(bool isAddedBefore, bool throws)
    {
        await using KestrelServer tracker = await Version4.StartAsync(before: app =>
        {
            _seen.WatchAlone(app);
            app.Use(async (context, next) =>
            {
                if (!context.Request.Path.StartsWithSegments("/closed") || _seen.Trusted.Length > 3)
                {
                    await next(context);
                    return;
                }

                context.Response.StatusCode = 503;
                context.Response.Headers["X-Seraph-Trusted-App-Status"] = "ERROR";
                context.Response.Headers["X-Seraph-Trusted-App-Error"] = "UNAVAILABLE;\tNot available at the moment, try again later;\t[]";
            });
        });
        using Consumer wiki = ConsumerOf(tracker, isAddedBefore, throws);

        Assert.Equal("OK", await CodeOfAsync(wiki, tracker.Origin + "/closed", "fred"));
        Assert.Equal(4, _seen.Trusted.Length); // two by our own retry each
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_provider_that_is_down_when_its_certificate_is_fetched_is_retried(bool isAddedBefore)
    {
        int asked = 0;
        await using KestrelServer tracker = await Version4.StartAsync(before: app => app.Use(async (context, next) =>
        {
            if (context.Request.Path == ApplicationCertificate.Path && Interlocked.Increment(ref asked) < 3) context.Response.StatusCode = 503;
            else await next(context);
        }));
        using Consumer wiki = ConsumerOf(tracker, isAddedBefore, throws: false);

        Assert.Equal("OK", await CodeOfAsync(wiki, tracker.Origin + "/closed", "fred"));
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task A_fetch_that_fails_on_the_network_is_a_fault_of_the_network_and_another_certificate_is_not()
    {
        using var nobody = Consumer.OfVersion4("http://127.0.0.1:9");
        HttpRequestException failure = await Assert.ThrowsAsync<HttpRequestException>(() => nobody.GetAsync("http://127.0.0.1:9/closed"));
        Assert.IsType<CertificateException>(failure.InnerException);
        Assert.StartsWith("http://127.0.0.1:9/.well-known/trusted-app cannot be fetched", failure.Message, StringComparison.Ordinal);

        await using KestrelServer tracker = await Version4.StartAsync();
        using var other = Consumer.OfVersion4(tracker.Origin, options => options.ProviderFingerprints.Add(Version4.FingerprintOf(TestKeys.Blog)));
        await Assert.ThrowsAsync<CertificateException>(() => other.GetAsync(tracker.Origin + "/closed"));
    }

    private static Consumer ConsumerOf(KestrelServer tracker, bool isAddedBefore, bool throws) => Consumer.OfVersion4(
        tracker.Origin,
        options => options.ThrowOnRejection = throws,
        before: builder => AddResilience(builder, isAddedBefore),
        after: builder => AddResilience(builder, !isAddedBefore));

    private static void AddResilience(IHttpClientBuilder builder, bool isHere)
    {
        if (isHere) builder.AddStandardResilienceHandler(options => options.Retry.Delay = TimeSpan.FromMilliseconds(1));
    }

    private static async Task<string?> CodeOfAsync(Consumer consumer, string url, string user)
    {
        try
        {
            return (await consumer.GetAsync(url, user)).Code;
        }
        catch (TrustedAppException refusal)
        {
            return refusal.Code.ToWireName();
        }
    }
}
