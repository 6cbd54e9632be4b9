namespace TrustedApps.Storage;

/// <summary>The requests of an application, at all nodes together; at most a minute late.</summary>
/// <param name="ApplicationId">The application id; empty for all applications that are not trusted.</param>
/// <param name="LastAcceptedAt">The time of its last accepted request; null if none is on record.</param>
/// <param name="LastRefusedAt">
/// The time of the last refused request that named it; null if none is on record. Nothing proves that the application
/// sent it.
/// </param>
/// <param name="LastHour">Requests of the last hour by outcome: OK, or the error code.</param>
/// <param name="LastDay">Requests of the last 24 hours by outcome.</param>
public sealed record ApplicationActivity(
    string ApplicationId,
    DateTimeOffset? LastAcceptedAt,
    DateTimeOffset? LastRefusedAt,
    IReadOnlyDictionary<string, long> LastHour,
    IReadOnlyDictionary<string, long> LastDay
);
