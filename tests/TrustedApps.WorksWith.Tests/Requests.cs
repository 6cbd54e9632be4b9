using TrustedApps.Client;

namespace TrustedApps.WorksWith.Tests;

/// <summary>Requests in one line.</summary>
internal static class Requests
{
    /// <summary>Gets a path on behalf of a user, or of none, and reads the answer, which must be a good one.</summary>
    public static async Task<string> GetStringAsync(this HttpClient client, string path, string? user)
    {
        using HttpResponseMessage response = await client.GetAsync(path, user);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Gets a path on behalf of a user, or of none.</summary>
    public static async Task<HttpResponseMessage> GetAsync(this HttpClient client, string path, string? user, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy };
        if (user is not null) request.OnBehalfOf(user);
        return await client.SendAsync(request, completion, TestContext.Current.CancellationToken);
    }
}
