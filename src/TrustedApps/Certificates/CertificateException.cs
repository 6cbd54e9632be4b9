namespace TrustedApps.Certificates;

/// <summary>A certificate could not be fetched or read; the message says why, for the administrator who asked for it.</summary>
/// <param name="message">Why.</param>
/// <param name="innerException">What caused it, if something did.</param>
public sealed class CertificateException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The status of the response when it was not 200 (404: there is no such certificate); null otherwise.</summary>
    public int? StatusCode { get; init; }
}
