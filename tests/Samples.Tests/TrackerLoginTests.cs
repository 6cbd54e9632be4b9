namespace Samples.Tests;

public sealed class TrackerLoginTests
{
    [Fact]
    public async Task A_login_leads_to_a_path_of_the_tracker_and_nothing_that_is_sent_is_an_error()
    {
        using var folder = new ScratchFolder();
        await using SampleProcess tracker = await new SampleProcess("Tracker", folder, "--Accounts:Password", SampleProcess.Password).StartAsync();

        Assert.Equal((302, "/rest/api/issues?q=a%20b"), await LogInAsync(tracker, "/rest/api/issues?q=a%20b"));
        foreach (string elsewhere in (string[])["", "rest", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "/\n", "/\u00FC"])
        {
            Assert.Equal((302, "/"), await LogInAsync(tracker, elsewhere));
        }

        Assert.Equal(401, (await PostAsync(tracker, new FormUrlEncodedContent([new("os_username", "fred"), new("os_password", new string('x', 70_000))]), isChunked: true)).Status);
        Assert.Equal(401, (await PostAsync(tracker, new MultipartFormDataContent { { new StringContent("fred"), "os_username" } })).Status);
    }

    private static async Task<(int Status, string? Location)> LogInAsync(SampleProcess tracker, string returnUrl)
    {
        Answer answer = await PostAsync(tracker, new FormUrlEncodedContent([new("os_username", "fred"), new("os_password", SampleProcess.Password), new("returnUrl", returnUrl)]));
        return (answer.Status, answer["Location"]);
    }

    private static Task<Answer> PostAsync(SampleProcess tracker, HttpContent form, bool isChunked = false) =>
        new HttpRequestMessage(HttpMethod.Post, tracker.Origin + "/login") { Content = form, Headers = { TransferEncodingChunked = isChunked } }.SendAsync();
}
