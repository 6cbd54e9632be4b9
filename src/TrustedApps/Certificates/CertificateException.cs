namespace TrustedApps.Certificates;

/// <summary>Thrown when a certificate cannot be fetched, read or stored. The message is for an administrator.</summary>
/// <param name="message">The reason.</param>
/// <param name="innerException">The cause; null if there is none.</param>
public sealed class CertificateException(string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>
    /// The status of the response if it was not 200 (404: there is no such certificate); otherwise null.
    /// </summary>
    public int? StatusCode { get; init; }

    /// <summary>
    /// The content type of the response if it is not that of a certificate, such as <c>text/html</c> of a page that the
    /// server shows for every path; empty if the response has none. Otherwise null.
    /// </summary>
    public string? OtherContentType { get; init; }

    /// <summary>
    /// Whether a later fetch may succeed without a change: the connection failed or took too long, the server answered
    /// 5xx, 408 or 429, or the store of certificates did not answer.
    /// </summary>
    public bool IsTransient { get; init; }
}
