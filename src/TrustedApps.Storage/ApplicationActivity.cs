namespace TrustedApps.Storage;

/// <summary>The requests of an application, at all nodes together; at most a minute late.</summary>
/// <param name="ApplicationId">The application id; empty for all applications that are not trusted.</param>
/// <param name="LastRequestAt">The time of its last request; null if there was none.</param>
/// <param name="LastHour">Requests of the last hour by outcome: OK, or the error code.</param>
/// <param name="LastDay">Requests of the last 24 hours by outcome.</param>
public sealed record ApplicationActivity(
    string ApplicationId,
    DateTimeOffset? LastRequestAt,
    IReadOnlyDictionary<string, long> LastHour,
    IReadOnlyDictionary<string, long> LastDay
);
