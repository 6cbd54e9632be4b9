namespace TrustedApps.Storage;

/// <summary>What was heard of an application, by all nodes together; at most a minute late.</summary>
/// <param name="ApplicationId">The application; empty for all requests of applications that are not trusted.</param>
/// <param name="LastRequestAt">When its last request came; null if none has.</param>
/// <param name="LastHour">Requests of the last hour by outcome: OK, or the code of the refusal.</param>
/// <param name="LastDay">Requests of the last 24 hours by outcome.</param>
public sealed record ApplicationActivity(
    string ApplicationId, DateTimeOffset? LastRequestAt, IReadOnlyDictionary<string, long> LastHour, IReadOnlyDictionary<string, long> LastDay);
