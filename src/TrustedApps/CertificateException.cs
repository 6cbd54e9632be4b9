namespace TrustedApps;

/// <summary>A certificate could not be fetched or read; the message says why, for the administrator who asked for it.</summary>
/// <param name="message">Why.</param>
/// <param name="innerException">What caused it, if something did.</param>
public sealed class CertificateException(string message, Exception? innerException = null) : Exception(message, innerException);
