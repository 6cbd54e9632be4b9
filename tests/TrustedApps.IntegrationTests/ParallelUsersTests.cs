using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace TrustedApps.IntegrationTests;

/// <summary>Many users at once: whatever is reused between requests, nothing of one reaches another.</summary>
public sealed class ParallelUsersTests
{
    private const int Requests = 600;
    private const int Users = 97;

    [Fact]
    public async Task Each_request_is_answered_to_its_own_user_with_its_own_content()
    {
        await using KestrelServer tracker = await Version4.StartAsync(
            options => options.Applications.Add(Version4.Trust(trust => trust.DenyUsers.Add("denied*"))),
            after: app => app.MapPost("/say/{**path}", (Delegate)SayAsync).RequireAuthorization());
        using var wiki = Consumer.OfVersion4(tracker.Origin);
        await wiki.GetAsync(tracker.Origin + "/closed"); // the certificate and the grant

        string[] wrong = await Task.WhenAll(Enumerable.Range(0, Requests).Select(number => AskAsync(wiki, tracker.Origin, number)));

        Assert.All(wrong, difference => Assert.Equal("", difference));
    }

    // Names, targets and contents of every length: some fit on the stack, others into buffers of several sizes.
    private static async Task<string> AskAsync(Consumer wiki, string origin, int number)
    {
        bool isDenied = number % 7 == 0;
        string user = (isDenied ? "denied" : "user") + (number % Users) + new string('u', number * 13 % 180);
        string target = $"/say/{number}/{new string('t', number * 31 % 2500)}";
        string content = $"content of {number} " + new string('c', number * 101 % 20_000);

        Answer answer = await wiki.SendAsync(HttpMethod.Post, origin + target, user, new StringContent(content));

        string expected = isDenied ? "403 PERMISSION_DENIED" : $"200 OK {user} {target} {content}";
        string found = answer.Status == 200 ? $"200 {answer.Code} {answer.Body}" : $"{answer.Status} {answer.Code}";
        return found == expected ? "" : $"{expected[..40]} became {found[..Math.Min(found.Length, 400)]}";
    }

    private static async Task<IResult> SayAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        return Results.Text($"{context.User.Identity?.Name} {context.Request.Path} {await reader.ReadToEndAsync(context.RequestAborted)}");
    }
}
