namespace TrustedApps.Keys;

/// <summary>
/// Thrown when an own private key that is not in this process did not do what it was asked for: it cannot be reached,
/// took too long, or returned a wrong result. Another try may succeed. <c>TrustedAppHandler</c> throws it
/// inside an <see cref="HttpRequestException"/>, which resilience handlers retry.
/// </summary>
/// <param name="message">The reason, for an administrator.</param>
/// <param name="innerException">The exception of the operation; null if there is none.</param>
public sealed class PrivateKeyException(string message, Exception? innerException = null)
    : Exception(message, innerException);
