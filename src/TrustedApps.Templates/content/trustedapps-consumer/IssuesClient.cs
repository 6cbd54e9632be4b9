using TrustedApps.Client;

namespace Consumer._1;

/// <summary>Asks the provider on behalf of a user. AddTrustedApp puts the proof on each request.</summary>
internal sealed class IssuesClient(HttpClient http)
{
    public async Task<Issue[]> FindAsync(string user, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "api/issues").OnBehalfOf(user);
        using HttpResponseMessage response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<Issue[]>(cancellationToken) ?? [];
    }
}

internal sealed record Issue(string Key, string Summary);
