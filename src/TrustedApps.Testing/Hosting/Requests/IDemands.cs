namespace TrustedApps.Testing.Hosting.Requests;

/// <summary>The rejections that are demanded of the requests of a client.</summary>
internal interface IDemands
{
    /// <summary>Finds the rejection of a request that is about to be sent; null for none.</summary>
    ValueTask<RejectionDemand?> NextAsync(HttpRequestMessage request);

    /// <summary>Called when the client has to send the request again before the rejection can take place.</summary>
    void Postpone();
}
