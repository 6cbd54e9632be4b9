using System.Net;

namespace TrustedApps.Client;

/// <summary>
/// Thrown when a provider rejects a trusted request for a reason that another try does not change, if
/// <see cref="TrustedAppClientOptions.ThrowOnRejection"/> is set; and when a response does not confirm that the request
/// was accepted, if <see cref="TrustedAppClientOptions.RequireConfirmation"/> is set.
/// </summary>
/// <remarks>
/// It is no <see cref="HttpRequestException"/>: resilience handlers take those for faults of the network, retry them
/// and open their circuit breaker for all users. See <see cref="TrustedAppUnavailableException"/> for what may pass.
/// </remarks>
public sealed class TrustedAppException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="error">The error in the provider's response.</param>
    /// <param name="statusCode">The status of the response.</param>
    public TrustedAppException(TrustedAppError error, HttpStatusCode statusCode)
        : base(MessageOf(error)) =>
        (Error, StatusCode) = (error, statusCode);

    /// <summary>The error in the provider's response: code, message and parameters.</summary>
    public TrustedAppError Error { get; }

    /// <summary>The code.</summary>
    public ErrorCode Code => Error.Code;

    /// <summary>The status of the response.</summary>
    public HttpStatusCode StatusCode { get; }

    internal static string MessageOf(TrustedAppError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return $"The provider rejected the trusted request: {error}";
    }
}
