using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Client;

namespace TrustedApps.IntegrationTests;

public sealed class RefusalTests
{
    [Fact]
    public async Task A_refusal_is_raised_with_code_message_and_parameters()
    {
        await using KestrelServer tracker = await TestProvider.StartAsync(services: services => services.AddSingleton(UserResolvers.List(["fred"])));
        using var wiki = new Consumer(tracker.Origin, options => options.ThrowOnRejection = true);

        TrustedAppException refusal = await Assert.ThrowsAsync<TrustedAppException>(() => wiki.GetAsync(tracker.Origin + "/closed", "Zoë {0}"));

        Assert.Equal((ErrorCode.UserUnknown, HttpStatusCode.Unauthorized), (refusal.Code, refusal.StatusCode));
        Assert.Equal(("Unknown user: {0}", "Unknown user: Zoë {0}"), (refusal.Error.Message, refusal.Error.Format()));
        Assert.Equal(["Zoë {0}"], refusal.Error.Parameters);
        Assert.Equal("The provider rejected the trusted request: USER_UNKNOWN: Unknown user: Zoë {0}", refusal.Message);
    }

    [Fact]
    public async Task A_refusal_in_the_Warwick_dialect_is_raised_too()
    {
        await using KestrelServer tracker = await TestProvider.StartAsync(
            options => options.Applications.Add(TestProvider.Trust(TestKeys.Wiki, "warwick")),
            services => services.AddSingleton(UserResolvers.List(["fred"], denied: ["wilma"])));
        using var wiki = new Consumer(tracker.Origin, options => (options.ThrowOnRejection, options.Version) = (true, "warwick"));

        TrustedAppException unknown = await Assert.ThrowsAsync<TrustedAppException>(() => wiki.GetAsync(tracker.Origin + "/closed", "nobody"));
        TrustedAppException denied = await Assert.ThrowsAsync<TrustedAppException>(() => wiki.GetAsync(tracker.Origin + "/closed", "wilma"));

        Assert.Equal((ErrorCode.UserUnknown, "Unknown user: nobody"), (unknown.Code, unknown.Error.Format()));
        Assert.Equal((ErrorCode.UserDisabled, "Permission denied"), (denied.Code, denied.Error.Format()));
    }

    [Fact]
    public async Task A_refusal_is_raised_though_the_provider_served_the_request_as_anonymous()
    {
        await using KestrelServer tracker = await TestProvider.StartAsync(services: services => services.AddSingleton(UserResolvers.List([])));
        using var wiki = new Consumer(tracker.Origin, options => options.ThrowOnRejection = true);

        TrustedAppException refusal = await Assert.ThrowsAsync<TrustedAppException>(() => wiki.GetAsync(tracker.Origin + "/open"));

        Assert.Equal((ErrorCode.UserUnknown, HttpStatusCode.OK), (refusal.Code, refusal.StatusCode));
    }

    [Fact]
    public async Task Unless_that_is_asked_for_a_refusal_is_a_response()
    {
        await using KestrelServer tracker = await TestProvider.StartAsync(services: services => services.AddSingleton(UserResolvers.List([])));
        using var wiki = new Consumer(tracker.Origin);

        Answer answer = await wiki.GetAsync(tracker.Origin + "/closed");

        Assert.Equal((401, "USER_UNKNOWN"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task What_is_no_refusal_is_not_raised()
    {
        await using KestrelServer tracker = await TestProvider.StartAsync();
        using var wiki = new Consumer(tracker.Origin, options => options.ThrowOnRejection = true);

        Assert.Equal(404, (await wiki.GetAsync(tracker.Origin + "/nothing-here")).Status);
    }

    [Theory]
    [InlineData("X-Seraph-Trusted-App-Error", null, ErrorCode.Unknown, "The provider gave no readable reason")]
    [InlineData("X-Seraph-Trusted-App-Error", "nonsense", ErrorCode.Unknown, "nonsense")]
    [InlineData("X-Seraph-Trusted-App-Error", "NEWER_CODE;\tSomething {0};\t[\"new\"]", ErrorCode.Unknown, "Something new")]
    [InlineData("X-Seraph-Trusted-App-Error", "OLD_CERT;\tToo old {1} {0};\t[\"{1}\",\"a\\u0009b\"]", ErrorCode.OldAssertion, "Too old a\tb {1}")]
    public async Task What_other_providers_say_is_read_as_far_as_it_can_be(string header, string? value, ErrorCode code, string message)
    {
        await using KestrelServer tracker = await new RequestLog().StartServerAsync(app => app.Map("/old", (HttpContext context) =>
        {
            context.Response.StatusCode = 401;
            context.Response.Headers["X-Seraph-Trusted-App-Status"] = "ERROR";
            if (value is not null) context.Response.Headers[header] = value;
        }));
        using var wiki = new Consumer(tracker.Origin, options => options.ThrowOnRejection = true);

        TrustedAppException refusal = await Assert.ThrowsAsync<TrustedAppException>(() => wiki.GetAsync(tracker.Origin + "/old"));

        Assert.Equal((code, message), (refusal.Code, refusal.Error.Format()));
    }
}
