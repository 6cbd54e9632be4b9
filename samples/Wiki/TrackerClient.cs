using TrustedApps.Client;

namespace Wiki;

/// <summary>Asks the tracker. Its HttpClient puts the assertion on each request; all it needs to be told is the user.</summary>
internal sealed class TrackerClient(HttpClient http)
{
    public async Task<IReadOnlyList<Issue>> FindIssuesAsync(string user, string query, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"rest/api/issues?q={Uri.EscapeDataString(query)}");
        using HttpResponseMessage response = await http.SendAsync(request.OnBehalfOf(user), cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<Issue[]>(cancellationToken) ?? [];
    }

    public async Task<FoundDates?> FindDatesAsync(string user, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "rest/api/dates");
        using HttpResponseMessage response = await http.SendAsync(request.OnBehalfOf(user), cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<FoundDates>(cancellationToken);
    }
}

internal sealed record FoundDates(IReadOnlyList<Date> Dates, string User, IReadOnlyList<string> AskedBy);

internal sealed record Date(string Day, string What);

internal sealed record Issue(string Key, string Summary);
