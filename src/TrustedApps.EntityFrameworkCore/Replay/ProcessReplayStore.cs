using TrustedApps.EntityFrameworkCore.Database;

namespace TrustedApps.EntityFrameworkCore.Replay;

/// <summary>
/// The replay memory of a provider that is one process, on SQLite: what it may have accepted before this start is refused
/// for a moment, except at the first start of all. Made with the process, decided when the store is loaded.
/// </summary>
internal sealed class ProcessReplayStore(Installation installation, ReplayMemoryOptions options, TimeProvider time) : IReplayStore
{
    private readonly StartTime _start = new(time.GetUtcNow());
    private ReplayMemory? _memory;

    // Of two that are made at once one is kept.
    private ReplayMemory Memory =>
        Volatile.Read(ref _memory) ?? Interlocked.CompareExchange(ref _memory, new ReplayMemory(options with { IsNewInstallation = options.IsNewInstallation || installation.IsNew }, _start), null) ?? _memory;

    public ValueTask<ReplayAnswer> RememberAsync(ReplayRecord record, CancellationToken cancellationToken) => Memory.RememberAsync(record, cancellationToken);

    private sealed class StartTime(DateTimeOffset start) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => start;
    }
}
