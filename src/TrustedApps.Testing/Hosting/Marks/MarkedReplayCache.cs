using TrustedApps.Replay;

namespace TrustedApps.Testing.Hosting.Marks;

/// <summary>
/// The replay cache of the application under test: in memory, ready at once, and with the result that the mark of a
/// request demands.
/// </summary>
internal sealed class MarkedReplayCache(TimeProvider time) : IReplayCache, IDisposable
{
    private readonly InMemoryReplayCache _cache = new(
        new InMemoryReplayCacheOptions { IsNewInstallation = true, StateFile = null }, time);

    public ValueTask<ReplayResult> TryAddAsync(ReplayEntry record, CancellationToken cancellationToken) =>
        RequestMark.Current switch
        {
            { Rejection: ErrorCode.Replayed } => new(new ReplayResult(ReplayStatus.Repeated)),
            { Rejection: ErrorCode.Unavailable } mark =>
                new(new ReplayResult(ReplayStatus.Unavailable, mark.RetryAfter)),
            _ => _cache.TryAddAsync(record, cancellationToken),
        };

    public void Dispose() => _cache.Dispose();
}
