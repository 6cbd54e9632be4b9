using TrustedApps.Client;

namespace TrustedApps.WorksWith.Tests;

public sealed class WorkerServicesTests
{
    private const string AllowSelf = "--Authentication:Schemes:TrustedApps:Applications:0:AllowSelf";

    [Fact]
    public async Task The_programs_of_the_page_work()
    {
        await using Page page = await Page.OpenAsync("worker-services");
        await page.StartProviderAsync(arguments: [AllowSelf, "true"]);
        Assert.Equal(page.Printed(), await page.RunConsumerAsync());
    }

    [Fact]
    public async Task Without_AllowSelf_a_request_without_a_user_is_denied()
    {
        await using Page page = await Page.OpenAsync("worker-services");
        await page.StartProviderAsync();
        using HttpClient worker = page.CreateClient();
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "/issues").OnOwnBehalf();
        using HttpResponseMessage response = await worker.SendAsync(request, TestContext.Current.CancellationToken);
        Answer answer = await Answer.OfAsync(response);
        Assert.Equal((403, "PERMISSION_DENIED"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_request_for_which_no_user_is_found_throws()
    {
        await using Page page = await Page.OpenAsync("worker-services");
        await page.StartProviderAsync();
        using HttpClient worker = page.CreateClient(options => options.CurrentUser = () => null);
        await Assert.ThrowsAsync<InvalidOperationException>(() => worker.GetAsync("/issues", user: null));
    }
}
