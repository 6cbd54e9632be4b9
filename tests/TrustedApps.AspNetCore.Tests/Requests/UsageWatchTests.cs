using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore;

namespace TrustedApps.AspNetCore.Tests.Requests;

public sealed class UsageWatchTests
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Theory]
    [InlineData("Cookies", 302, "status 302")]
    [InlineData(null, 500, "an exception")]
    public async Task An_endpoint_that_does_not_use_the_scheme_is_explained_once_a_minute(string? defaultScheme, int status, string answer)
    {
        await using KestrelServer server = await StartAsync(defaultScheme);

        await AskAsync("/closed");
        await AskAsync("/closed");
        Assert.Single(server.Logs.Ours, IsExplanation);
        _time.Advance(TimeSpan.FromMinutes(1));
        await AskAsync("/closed");

        Assert.Equal(2, server.Logs.Ours.Count(IsExplanation));
        Assert.All(server.Logs.Ours.Where(IsExplanation), line => Assert.StartsWith(
            $"Scheme 'TrustedApps' accepted GET /closed, and authorization did not use it: the answer was {answer}", line.Message, StringComparison.Ordinal));

        async Task AskAsync(string path) => Assert.Equal(
            status, (await server.Trusted(path, time: _time).SendAsync()).Status);
    }

    [Theory]
    [InlineData("/elsewhere")]
    [InlineData("/open")]
    public async Task An_endpoint_for_everybody_is_not(string path)
    {
        await using KestrelServer server = await StartAsync("Cookies");

        await server.Trusted(path, time: _time).SendAsync();

        Assert.Empty(server.Logs.Ours);
    }

    [Fact]
    public async Task A_request_without_Cert_that_names_version_4_is_explained_once_a_minute()
    {
        await using KestrelServer server = await StartAsync(TrustedAppsDefaults.AuthenticationScheme);

        await AskAsync();
        await AskAsync();
        LogLine line = Assert.Single(server.Logs.Ours);
        Assert.Equal("CertLost", line.Event.Name);
        Assert.StartsWith("GET /closed from 127.0.0.1 names version 4 and has no header X-Seraph-Trusted-App-Cert", line.Message, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMinutes(1));
        await AskAsync();

        Assert.Equal(2, server.Logs.Ours.Count);

        async Task AskAsync()
        {
            HttpRequestMessage request = server.Trusted("/closed", time: _time);
            request.Headers.Remove("X-Seraph-Trusted-App-Cert");
            Assert.Equal(401, (await request.SendAsync()).Status);
        }
    }

    private static bool IsExplanation(LogLine line) => line.Event.Name == "ChallengedAfterAcceptance";

    private Task<KestrelServer> StartAsync(string? defaultScheme) => Version4.StartAsync(
        services: services =>
        {
            services.AddAuthentication(options => options.DefaultScheme = defaultScheme).AddCookie(CookieAuthenticationDefaults.AuthenticationScheme);
            services.AddSingleton<TimeProvider>(_time);
        },
        after: app => app.MapGet("/elsewhere", () => Microsoft.AspNetCore.Http.Results.Redirect("/open")),
        time: _time);
}
