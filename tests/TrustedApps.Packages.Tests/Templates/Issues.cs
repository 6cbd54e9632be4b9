using System.Net.Http.Json;
using System.Text.Json;

namespace TrustedApps.Packages.Tests.Templates;

/// <summary>What a person sees in the consumer that a template makes.</summary>
internal static class Issues
{
    /// <summary>Logs a user in, and reads the keys of the issues that the provider has for this user.</summary>
    public static async Task<string> ReadAsync(HttpClient consumer, string user)
    {
        using HttpResponseMessage response = await consumer.PostAsync($"/login/{user}", content: null, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        JsonElement issues = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return string.Join(' ', issues.EnumerateArray().Select(issue => issue.GetProperty("key").GetString()));
    }
}
