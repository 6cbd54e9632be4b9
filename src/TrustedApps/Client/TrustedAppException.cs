using System.Net;

namespace TrustedApps.Client;

/// <summary>The provider refused a request that was made on behalf of a user.</summary>
/// <remarks>Thrown only when the consumer asks for it.</remarks>
public sealed class TrustedAppException : HttpRequestException
{
    /// <summary>Makes the exception for a refusal.</summary>
    /// <param name="error">What the provider said.</param>
    /// <param name="statusCode">The status of its response.</param>
    public TrustedAppException(TrustedAppError error, HttpStatusCode statusCode)
        : base($"The provider refused the trusted request: {error.ToPrintable()}", inner: null, statusCode) => Error = error;

    /// <summary>What the provider said: code, message and parameters.</summary>
    public TrustedAppError Error { get; }

    /// <summary>The code.</summary>
    public ErrorCode Code => Error.Code;
}
