using TrustedApps.Testing.Hosting.Requests;

namespace TrustedApps.Testing;

/// <summary>Rejections on demand.</summary>
public static class RejectionRequestExtensions
{
    private static readonly HttpRequestOptionsKey<RejectionDemand> _demand = new("TrustedApps.Testing.Rejection");

    /// <summary>
    /// Has a request rejected as it would be on a network: its content or signature does not fit, it is too old, its
    /// application is not trusted, and so on. The response is that of the application, with all of its middleware. For
    /// requests of CreateTrustedClient.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="code">
    /// The code: ApplicationUnknown, BadDigest, BadGrant, BadMagic, BadProtocolVersion, BadRemoteAddress, BadSignature,
    /// FutureAssertion, GrantNeeded, OldAssertion, Replayed or Unavailable. For UserUnknown and PermissionDenied name a
    /// user that the application rejects; for BadMethod and BadUrl set Conditions.
    /// </param>
    /// <param name="retryAfter">The Retry-After of Unavailable; default none. Not negative.</param>
    /// <returns>The same request.</returns>
    /// <exception cref="ArgumentException">
    /// The code cannot be demanded, or <paramref name="retryAfter"/> does not go with it.
    /// </exception>
    /// <example>
    /// <code>
    /// using var request = new HttpRequestMessage(HttpMethod.Get, "rest/api/issues").RejectAs(ErrorCode.OldAssertion);
    /// using HttpResponseMessage response = await client.SendAsync(request);
    /// Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    /// </code>
    /// </example>
    public static HttpRequestMessage RejectAs(
        this HttpRequestMessage request, ErrorCode code, TimeSpan? retryAfter = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Options.Set(_demand, RejectionDemand.OfRequest(code, retryAfter));
        return request;
    }

    internal static RejectionDemand? FindDemand(this HttpRequestMessage request) =>
        request.Options.TryGetValue(_demand, out RejectionDemand? demand) ? demand : null;
}
