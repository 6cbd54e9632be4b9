using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrustedApps.AspNetCore.Tests.Requests;

/// <summary>A directory of users that is down.</summary>
public sealed class UnavailableUserTests
{
    [Theory, AtEachEntrance]
    public async Task A_resolver_that_cannot_answer_now_or_throws_makes_version_4_503_with_Retry_After(Entrance entrance)
    {
        foreach (bool throws in new[] { false, true })
        {
            await using KestrelServer server = await Version4.StartAsync(
                services: services => services.AddSingleton<IUserResolver>(new Directory(throws)), entrance: entrance);

            Answer answer = await server.Trusted("/open").SendAsync();

            Assert.Equal((503, "UNAVAILABLE", "1"), (answer.Status, answer.Code, answer["Retry-After"]));
            LogLine line = Assert.Single(server.Logs.Refusals);
            Assert.Contains("check that the directory or database of users runs", line.Message, StringComparison.Ordinal);
            Assert.Equal(throws, server.Logs.Lines.Any(log => log.Event.Name == "UserResolverFailed" && log.Exception is TimeoutException));
        }
    }

    [Fact]
    public async Task Under_an_older_version_a_page_for_everybody_is_served_and_another_one_is_503()
    {
        await using KestrelServer server = await TestProvider.StartAsync(
            services: services => services.AddSingleton<IUserResolver>(new Directory(throws: true)));

        Answer open = await server.GetTrustedAsync("/open");
        Answer closed = await server.GetTrustedAsync("/closed");

        Assert.Equal((200, "UNAVAILABLE", "anonymous"), (open.Status, open.Code, open.Body));
        Assert.Equal((503, "UNAVAILABLE", "1"), (closed.Status, closed.Code, closed["Retry-After"]));
        Assert.DoesNotContain(server.Logs.Lines, line => line.Level >= LogLevel.Error && line.Event.Name != "UserResolverFailed");
    }

    private sealed class Directory(bool throws) : IUserResolver
    {
        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken) =>
            throws ? throw new TimeoutException("The directory does not answer.") : new(UserResolution.Unavailable);
    }
}
