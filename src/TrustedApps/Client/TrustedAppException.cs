using System.Net;

namespace TrustedApps.Client;

/// <summary>
/// Thrown when a provider rejects a trusted request, if <see cref="TrustedAppClientOptions.ThrowOnRejection"/> is set.
/// </summary>
public sealed class TrustedAppException : HttpRequestException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="error">The error in the provider's response.</param>
    /// <param name="statusCode">The status of the response.</param>
    public TrustedAppException(TrustedAppError error, HttpStatusCode statusCode)
        : base($"The provider rejected the trusted request: {error}", inner: null, statusCode) =>
        Error = error;

    /// <summary>The error in the provider's response: code, message and parameters.</summary>
    public TrustedAppError Error { get; }

    /// <summary>The code.</summary>
    public ErrorCode Code => Error.Code;
}
