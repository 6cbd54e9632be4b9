namespace TrustedApps.Storage.Activity;

/// <summary>The number of requests of an application with one outcome within a minute.</summary>
/// <param name="ApplicationId">The application; empty for all that are not trusted.</param>
/// <param name="Code">OK, or the code of the rejection.</param>
/// <param name="Minute">Minutes since 1970.</param>
/// <param name="Count">How many requests.</param>
/// <param name="LastAt">The time of the last of them, in milliseconds since 1970.</param>
internal readonly record struct RequestCount(string ApplicationId, string Code, long Minute, long Count, long LastAt)
{
    /// <summary>The code of accepted requests.</summary>
    public const string Accepted = "OK";
}
