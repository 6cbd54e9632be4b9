namespace TrustedApps.Testing.Hosting.Requests;

/// <summary>The rejection that a request demands by RejectAs, or else its client.</summary>
internal sealed class RequestDemands(RejectionDemand? ofClient) : IDemands
{
    public ValueTask<RejectionDemand?> NextAsync(HttpRequestMessage request) => new(request.FindDemand() ?? ofClient);

    public void Postpone()
    {
        // The request demands it again.
    }
}
