using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrustedApps.AspNetCore.Tests;

public sealed class TrustedAppsLoggingExtensionsTests
{
    private const string Sentence = "No application 'blog' is trusted here: make a trust for it if it should be, with exactly this id.";

    [Theory]
    [InlineData("/open", false)]
    [InlineData("/closed", false)]
    [InlineData("/open", true)]
    public async Task A_refusal_is_one_line_that_an_administrator_can_act_on(string path, bool refuseOutright)
    {
        await using KestrelServer server = await TestProvider.StartAsync(options => options.RejectOutright = refuseOutright);

        await server.Request(path + "/x", keys: TestKeys.Blog).SendAsync();

        LogLine line = Assert.Single(server.Logs.Ours);
        Assert.Equal((LogLevel.Warning, "Refused"), (line.Level, line.Event.Name));
        Assert.Equal($"Refused GET {path}/x from 127.0.0.1 for application 'blog', version 3: APP_UNKNOWN. {Sentence}", line.Message);
        Assert.Single(server.Logs.Lines, other => other.Message.Contains(Sentence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_first_accepted_request_of_a_day_is_worth_a_line_and_the_others_are_not()
    {
        ManualTimeProvider time = ManualTimeProvider.OfToday();
        await using KestrelServer server = await TestProvider.StartAsync(options => options.RejectOutright = true, services => services.AddSingleton<TimeProvider>(time));

        Assert.Equal("OK", (await server.GetTrustedAsync("/closed", time: time)).Code);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("OK", (await server.GetTrustedAsync("/closed", time: time)).Code);

        LogLine line = Assert.Single(server.Logs.Lines, line => line.Category.StartsWith("TrustedApps.AspNetCore.TrustedAppsHandler", StringComparison.Ordinal) && line.Level >= LogLevel.Information);
        Assert.Equal((5, "FirstAccepted", LogLevel.Information), (line.Event.Id, line.Event.Name, line.Level));
        Assert.Equal("First accepted request of 'wiki' today: GET /closed from 127.0.0.1, version 3", line.Message);
        Assert.Equal(2, server.Logs.Lines.Count(line => line.Event.Name == "Accepted" && line.Level == LogLevel.Debug));

        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal("OK", (await server.GetTrustedAsync("/closed", time: time)).Code);
        Assert.Equal(2, server.Logs.Lines.Count(line => line.Event.Name == "FirstAccepted"));
    }

    [Theory]
    [InlineData("APP_UNKNOWN")]
    [InlineData("BAD_SIGNATURE")]
    [InlineData("BAD_URL")]
    [InlineData("BAD_METHOD")]
    [InlineData("USER_UNKNOWN")]
    [InlineData("BAD_MAGIC")]
    public async Task No_line_of_ours_holds_the_query_or_what_the_headers_carry(string code)
    {
        await using KestrelServer server = await TestProvider.StartAsync(
            options =>
            {
                TrustedApplicationOptions trust = TestProvider.Trust(TestKeys.Wiki, "2");
                trust.Urls[0] = "/open/here";
                options.Applications.Add(trust);
            },
            services => services.AddSingleton(UserResolvers.List(["fred"])));
        string url = server.Origin + "/open/here?token=s3cret";
        AssertionHeaders headers = TrustedRequests.Issue(code == "BAD_SIGNATURE" ? url + "x" : url, code == "USER_UNKNOWN" ? "ann" : "fred", ProtocolVersion.Atlassian2);
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, url).With(headers);
        if (code == "APP_UNKNOWN") request.With("X-Seraph-Trusted-App-ID", "other");
        if (code == "BAD_METHOD") request.Method = HttpMethod.Post;
        if (code == "BAD_MAGIC") request.With("X-Seraph-Trusted-App-Key", "AAAA");
        if (code == "BAD_URL")
        {
            request.RequestUri = new Uri(server.Origin + "/open/there?token=s3cret");
            request.With(TrustedRequests.Issue(request.RequestUri.AbsoluteUri, version: ProtocolVersion.Atlassian2));
        }

        Answer answer = await request.SendAsync();

        Assert.Equal(code, answer.Code);
        Assert.Single(server.Logs.Refusals);
        string[] secrets = [.. headers.Enumerate().Where(header => header.Key[^2..] is not ("ID" or "on")).Select(header => header.Value), "s3cret"];
        foreach (LogLine line in server.Logs.Lines.Where(line => line.Category.StartsWith("TrustedApps.", StringComparison.Ordinal)))
        {
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, line.Message, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("blog\u2028Refused nothing")]
    [InlineData("blog\u2029x")]
    [InlineData("blog\u0085x")]
    [InlineData("\u202Eblog")]
    [InlineData("blog\u001b[2J")]
    [InlineData("blog\tx")]
    public async Task An_id_cannot_break_the_line_or_turn_it_round(string id)
    {
        await using KestrelServer server = await TestProvider.StartAsync();

        await server.Request("/open").With("X-Seraph-Trusted-App-ID", id).SendAsUtf8Async();

        AssertOneLine(Assert.Single(server.Logs.Refusals).Message);
    }

    [Fact]
    public async Task A_path_cannot_break_the_line_or_turn_it_round()
    {
        await using KestrelServer server = await TestProvider.StartAsync();

        await RawHttp.SendAsync(server.EndPoint, RawHttp.Request(
            "GET /open/%0d%0aRefused%20nothing%e2%80%a8x%e2%80%ae%1b%c2%85", server.EndPoint.ToString(), TrustedRequests.Issue(server.Origin + "/other").Enumerate()));

        AssertOneLine(Assert.Single(server.Logs.Refusals).Message);
    }

    [Fact]
    public async Task A_user_cannot_break_the_line_or_turn_it_round()
    {
        await using KestrelServer server = await TestProvider.StartAsync(services: services => services.AddSingleton(UserResolvers.List(["fred"])));

        await server.Request("/open", "ann\u2028Refused nothing\u202E").SendAsync();

        LogLine line = Assert.Single(server.Logs.Refusals);
        Assert.Contains("'ann?Refused nothing?'", line.Message, StringComparison.Ordinal);
        AssertOneLine(line.Message);
    }

    [Fact]
    public async Task Long_texts_are_cut()
    {
        await using KestrelServer server = await TestProvider.StartAsync();

        await server.Request("/open/" + new string('p', 4000)).With("X-Seraph-Trusted-App-ID", new string('i', 4000)).SendAsync();

        Assert.InRange(Assert.Single(server.Logs.Refusals).Message.Length, 300, 800);
    }

    [Fact]
    public async Task The_path_in_the_line_begins_with_the_path_base()
    {
        await using KestrelServer server = await TestProvider.StartAsync(map: app =>
        {
            app.UsePathBase("/app");
            app.UseRouting();
            app.UseAuthentication();
            app.UseAuthorization();
        });

        await server.Request("/app/open", keys: TestKeys.Blog).SendAsync();

        Assert.StartsWith("Refused GET /app/open from 127.0.0.1 ", Assert.Single(server.Logs.Refusals).Message, StringComparison.Ordinal);
    }

    private static void AssertOneLine(string message) => Assert.DoesNotContain(message, character => char.GetUnicodeCategory(character)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
