using System.Net;

namespace TrustedApps.Client;

/// <summary>
/// Thrown when a provider answers UNAVAILABLE: it cannot decide at the moment, and another try may succeed. Only if
/// <see cref="TrustedAppClientOptions.ThrowOnRejection"/> is set. Resilience handlers retry it like any
/// <see cref="HttpRequestException"/>.
/// </summary>
public sealed class TrustedAppUnavailableException : HttpRequestException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="error">The error in the provider's response.</param>
    /// <param name="statusCode">The status of the response.</param>
    /// <param name="retryAfter">The time after which the provider asks to be tried again; null if it says none.</param>
    public TrustedAppUnavailableException(TrustedAppError error, HttpStatusCode statusCode, TimeSpan? retryAfter)
        : base(TrustedAppException.MessageOf(error), inner: null, statusCode) =>
        (Error, RetryAfter) = (error, retryAfter);

    /// <summary>The error in the provider's response: code, message and parameters.</summary>
    public TrustedAppError Error { get; }

    /// <summary>The time after which the provider asks to be tried again; null if it says none.</summary>
    public TimeSpan? RetryAfter { get; }
}
