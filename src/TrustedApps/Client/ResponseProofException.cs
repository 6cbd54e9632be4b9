namespace TrustedApps.Client;

/// <summary>
/// Thrown when <see cref="TrustedAppClientOptions.RequireResponseProof"/> is set and a response, or its content, is not
/// the one that the provider has proven (specification version-4.md, section 5). Whatever
/// <see cref="TrustedAppClientOptions.ThrowOnRejection"/> says. A read of the content throws it in place of its end.
/// </summary>
/// <remarks>
/// It is not known whether the provider executed the request. So it is no <see cref="HttpRequestException"/>, which
/// resilience handlers send again.
/// </remarks>
public sealed class ResponseProofException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="reason">The reason: a part of a sentence about the response, such as "it has no proof".</param>
    public ResponseProofException(string reason)
        : base(
            $"The response is not used: {reason}. RequireResponseProof demands that the provider proves its response. It is not known whether the provider executed the request. Ask the provider for the result before you send the request again.") =>
        Reason = reason;

    /// <summary>The reason: a part of a sentence about the response.</summary>
    public string Reason { get; }
}
