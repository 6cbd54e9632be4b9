using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Hosting;

namespace TrustedApps.AspNetCore.Tests;

public class TrustedAppsEventsTests
{
    [Theory, AtEachEntrance]
    public async Task An_event_enriches_or_replaces_the_principal(Entrance entrance)
    {
        await using KestrelServer server = await StartAsync(entrance, events => events.OnAuthenticated = context =>
        {
            Assert.Equal("wiki", context.Assertion.Application.Id);
            Assert.Equal((TrustedAppsDefaults.AuthenticationScheme, "fred"), (context.Scheme.Name, context.Principal!.Identity!.Name));
            if (context.Request.Path == "/claims") context.Principal.AddIdentity(new ClaimsIdentity([new Claim("department", "shipping")]));
            else context.Principal = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "frederic")], "own"));
            return Task.CompletedTask;
        });

        Assert.Contains("department: shipping", (await server.Trusted("/claims").SendAsync()).Body, StringComparison.Ordinal);
        Answer replaced = await server.Trusted("/closed").SendAsync();
        Assert.Equal((200, "OK", "frederic"), (replaced.Status, replaced.Code, replaced.Body));
    }

    [Theory, AtEachEntrance]
    public async Task An_event_that_sets_the_result_decides(Entrance entrance)
    {
        await using KestrelServer server = await StartAsync(entrance, events => events.OnAuthenticated = context =>
        {
            context.Principal!.AddIdentity(new ClaimsIdentity([new Claim("department", "shipping")]));
            context.Success();
            return Task.CompletedTask;
        });

        Assert.Contains("department: shipping", (await server.Trusted("/claims").SendAsync()).Body, StringComparison.Ordinal);
    }

    [Theory, AtEachEntrance]
    public async Task An_event_that_fails_rejects_the_request_with_a_code_and_keeps_the_reason_from_the_caller(Entrance entrance)
    {
        var observer = new Observer();
        await using KestrelServer server = await StartAsync(
            entrance,
            events => events.OnAuthenticated = context =>
            {
                if (context.Request.Path == "/open/no-result") context.NoResult();
                else context.Fail("the auditor works in person only");
                return Task.CompletedTask;
            },
            services => services.AddSingleton<ITrustedRequestObserver>(observer));

        foreach (string path in (string[])["/closed", "/open", "/open/no-result"])
        {
            Answer answer = await server.Trusted(path).SendAsync();
            Assert.Equal((403, "PERMISSION_DENIED"), (answer.Status, answer.Code));
            Assert.DoesNotContain("auditor", string.Concat(answer.Headers.SelectMany(header => header)) + answer.Body, StringComparison.Ordinal);
        }

        Assert.Equal(["event.rejected", "event.rejected", "event.rejected"], observer.Reasons);
        LogLine refused = await server.Logs.FirstAsync("Refused");
        Assert.Contains(
            "'wiki' made a valid request on behalf of 'fred', and this application's OnAuthenticated event rejected it: the auditor works in person only.",
            refused.Message,
            StringComparison.Ordinal);
    }

    [Theory, AtEachEntrance]
    public async Task Each_rejected_request_raises_one_event_after_the_verification(Entrance entrance)
    {
        var told = new ConcurrentQueue<string>();
        await using KestrelServer server = await StartAsync(
            entrance,
            events =>
            {
                events.OnAuthenticated = context =>
                {
                    if (context.Request.Path == "/closed/never") context.Fail("never");
                    return Task.CompletedTask;
                };
                events.OnRejected = context =>
                {
                    told.Enqueue($"{context.Request.Path} {context.Verdict.ClaimedApplicationId} {context.Rejection.ReasonId} {context.Verdict.PublicReasonId} {context.HttpContext.User.Identity!.IsAuthenticated}");
                    context.HttpContext.User = new ClaimsPrincipal(new ClaimsIdentity("forged")); // changes nothing
                    return Task.CompletedTask;
                };
            });
        AssertionHeaders headers = Version4.Issue(server.Origin, "/closed");

        Assert.Equal("OK", (await server.SendRawAsync("GET /closed", headers)).Code);
        Answer replayed = await server.SendRawAsync("GET /closed", headers);
        Answer stranger = await server.Trusted("/open", keys: TestKeys.Blog).SendAsync();
        Answer failed = await server.Trusted("/closed/never").SendAsync();

        Assert.Equal((401, "REPLAYED"), (replayed.Status, replayed.Code));
        Assert.Equal((401, "APP_UNKNOWN"), (stranger.Status, stranger.Code));
        Assert.Equal((403, "PERMISSION_DENIED"), (failed.Status, failed.Code));
        Assert.Equal(
            ["/closed wiki replay.repeated replay.repeated False", "/open blog application.unknown  False", "/closed/never wiki event.rejected event.rejected False"],
            told);
        Assert.Null((await server.GetAsync("/open")).Code);
        Assert.Equal(3, told.Count);
    }

    [Theory, AtEachEntrance]
    public async Task An_exception_of_an_event_is_not_swallowed_tells_the_caller_nothing_and_authenticates_nobody(Entrance entrance)
    {
        string? thrown = null, atErrorPage = null;
        await using KestrelServer server = await StartAsync(
            entrance,
            events => events.OnAuthenticated = _ => throw new InvalidOperationException("the secret of the database"),
            before: app => app.UseExceptionHandler(errors => errors.Run(context =>
            {
                thrown = context.Features.Get<IExceptionHandlerFeature>()!.Error.Message;
                atErrorPage = context.User.Identity?.Name;
                return context.Response.WriteAsync("sorry");
            })));

        Answer answer = await server.Trusted("/closed").SendAsync();

        Assert.Equal((500, null, "sorry"), (answer.Status, answer.Code, answer.Body));
        Assert.Equal(("the secret of the database", (string?)null), (thrown, atErrorPage));
    }

    [Theory, AtEachEntrance]
    public async Task An_error_page_is_served_to_an_anonymous_user_and_the_request_is_not_verified_again(Entrance entrance)
    {
        int count = 0;
        string? atErrorPage = null;
        await using KestrelServer server = await StartAsync(
            entrance,
            events => events.OnAuthenticated = _ =>
            {
                Interlocked.Increment(ref count);
                throw new InvalidOperationException("the secret of the database");
            },
            before: app => app.UseExceptionHandler("/error"),
            after: app => app.MapGet("/error", (HttpContext context) =>
            {
                atErrorPage = $"{context.Features.Get<IExceptionHandlerFeature>()!.Error.Message} {context.User.Identity?.IsAuthenticated}";
                return "sorry";
            }));

        Answer answer = await server.Trusted("/closed").SendAsync();

        Assert.Equal((500, null, "sorry"), (answer.Status, answer.Code, answer.Body));
        Assert.Equal(("the secret of the database False", 1), (atErrorPage, count));
        Assert.DoesNotContain(server.Logs.Lines, line => line.Event.Name == "Refused");
    }

    [Theory, AtEachEntrance]
    public async Task The_error_page_after_a_rejection_whose_event_throws_has_its_status(Entrance entrance)
    {
        int count = 0;
        await using KestrelServer server = await StartAsync(
            entrance,
            events => events.OnRejected = _ =>
            {
                Interlocked.Increment(ref count);
                throw new InvalidOperationException("the secret of the database");
            },
            before: app => app.UseExceptionHandler("/error"),
            after: app => app.MapGet("/error", () => "sorry"));

        Answer answer = await server.Trusted("/open", keys: TestKeys.Blog).SendAsync();

        Assert.Equal((401, "APP_UNKNOWN", 1), (answer.Status, answer.Code, count));
    }

    [Theory, AtEachEntrance]
    public async Task A_rejection_stands_when_its_event_throws(Entrance entrance)
    {
        await using KestrelServer server = await StartAsync(entrance, events => events.OnRejected = _ => throw new InvalidOperationException("the secret of the database"));

        Answer answer = await server.Trusted("/open", keys: TestKeys.Blog).SendAsync();

        Assert.Equal(500, answer.Status);
        Assert.DoesNotContain("secret", string.Concat(answer.Headers.SelectMany(header => header)) + answer.Body, StringComparison.Ordinal);
        Assert.Contains(server.Logs.Lines, line => line.Exception?.Message == "the secret of the database");
    }

    [Theory, AtEachEntrance]
    public async Task Events_may_come_from_the_services_of_the_request(Entrance entrance)
    {
        var calls = new ConcurrentQueue<string>();
        await using KestrelServer server = await Version4.StartAsync(
            options => options.EventsType = typeof(ServiceEvents),
            services => services.AddSingleton(calls).AddScoped<ServiceEvents>(),
            entrance: entrance);

        Assert.Equal("OK", (await server.Trusted("/closed").SendAsync()).Code);
        Assert.Equal("APP_UNKNOWN", (await server.Trusted("/open", keys: TestKeys.Blog).SendAsync()).Code);

        Assert.Equal(["authenticated wiki", "rejected APP_UNKNOWN"], calls);
    }

    [Fact]
    public async Task The_events_of_a_handler_behind_the_middleware_are_raised_once()
    {
        int count = 0;
        await using KestrelServer server = await StartAsync(
            Entrance.Middleware,
            events => events.OnAuthenticated = context =>
            {
                Interlocked.Increment(ref count);
                context.Principal = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "frederic")], "own"));
                return Task.CompletedTask;
            },
            after: app => app.UseAuthentication());

        Answer answer = await server.Trusted("/closed").SendAsync();

        Assert.Equal(("OK", "frederic", 1), (answer.Code, answer.Body, count));
    }

    [Fact]
    public async Task An_event_reads_the_verified_content()
    {
        string? read = null;
        await using KestrelServer server = await StartAsync(Entrance.Handler, events => events.OnAuthenticated = async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            read = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        });

        await server.Trusted("/open", method: HttpMethod.Post, content: "hello"u8.ToArray()).SendAsync();

        Assert.Equal("hello", read);
    }

    [Fact]
    public void Events_that_nobody_has_set_are_not_raised()
    {
        var events = new TrustedAppsOptions().Events;
        Assert.False(events.HandlesAuthenticated || events.HandlesRejected);
        events.OnRejected = _ => Task.CompletedTask;
        Assert.True(!events.HandlesAuthenticated && events.HandlesRejected);
        Assert.True(new ServiceEvents([]) is { HandlesAuthenticated: true, HandlesRejected: true });
    }

    private static Task<KestrelServer> StartAsync(
        Entrance entrance,
        Action<TrustedAppsEvents> configure,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? before = null,
        Action<WebApplication>? after = null) =>
        Version4.StartAsync(options => configure(options.Events), services, before, after, entrance);

    private sealed class ServiceEvents(ConcurrentQueue<string> calls) : TrustedAppsEvents
    {
        public override Task Authenticated(TrustedAppAuthenticatedContext context)
        {
            calls.Enqueue($"authenticated {context.Assertion.Application.Id}");
            return base.Authenticated(context);
        }

        public override Task Rejected(TrustedAppRejectedContext context)
        {
            calls.Enqueue($"rejected {context.Rejection}");
            return base.Rejected(context);
        }
    }

    private sealed class Observer : ITrustedRequestObserver
    {
        public ConcurrentQueue<string> Reasons { get; } = new();

        public void Observe(in ObservedRequest request, in Verdict verdict) => Reasons.Enqueue(verdict.Rejection?.ReasonId ?? "accepted");
    }
}
