using System.Collections.Concurrent;

namespace TrustedApps.Replay;

/// <summary>
/// The replay cache of one process. Each entry stays for as long as its assertion could be accepted again. Bounded for
/// each application inside a global bound, so that no application can evict another's entries. A full cache rejects new
/// entries and never drops one early. Safe for concurrent use: of any number of identical assertions at once, exactly
/// one is the first.
/// </summary>
/// <remarks>Completes synchronously, and allocates only when a table grows.</remarks>
public sealed class InMemoryReplayCache : IReplayCache
{
    private readonly ConcurrentDictionary<string, ApplicationReplayCache> _applications = new(StringComparer.Ordinal);
    private readonly CapacityLimiter _budget;
    private readonly int _capacityPerApplication;
    private readonly StartupHorizon _start;
    private readonly Lock _sweeping = new();
    private long _sweptAt = long.MinValue; // seconds since 1970

    /// <summary>Creates an empty cache.</summary>
    /// <param name="options">
    /// The bounds, and whether earlier processes may have accepted assertions; null for the defaults.
    /// </param>
    /// <param name="time">The clock, read once to record the start of the cache.</param>
    public InMemoryReplayCache(InMemoryReplayCacheOptions? options = null, TimeProvider? time = null)
    {
        options ??= new InMemoryReplayCacheOptions();
        _budget = new CapacityLimiter(options.Capacity);
        _capacityPerApplication = options.CapacityPerApplication;
        _start = options.IsNewInstallation
            ? StartupHorizon.First
            : StartupHorizon.At((time ?? TimeProvider.System).GetUtcNow(), options.ClockSkew);
    }

    /// <summary>The number of replay keys held at this moment.</summary>
    public int Count => _budget.Used;

    /// <inheritdoc/>
    public ValueTask<ReplayResult> TryAddAsync(ReplayEntry record, CancellationToken cancellationToken)
    {
        if (record.ApplicationId is null)
        {
            throw new ArgumentException("The default value is no record.", nameof(record));
        }

        ApplicationReplayCache memory = MemoryOf(record.ApplicationId);
        ReplayResult answer = memory.TryAdd(record);
        if (answer.Status != ReplayStatus.Full) return new(answer);

        Sweep(record.Now);
        return new(memory.TryAdd(record));
    }

    /// <summary>
    /// Returns what the cache holds of an entry of versions 1 to 3 or of Warwick, without adding the entry. A cache
    /// that several nodes share asks this one first, and adds an entry here only after the nodes' database has
    /// confirmed it.
    /// </summary>
    /// <param name="record">The entry.</param>
    /// <returns>The result; null if the cache does not hold the entry and has room for it.</returns>
    /// <exception cref="ArgumentException">The entry is the default value.</exception>
    public ReplayResult? Find(in ReplayEntry record)
    {
        if (record.ApplicationId is null)
        {
            throw new ArgumentException("The default value is not a valid entry.", nameof(record));
        }

        ApplicationReplayCache memory = MemoryOf(record.ApplicationId);
        ReplayStatus? status = memory.Find(record);
        if (status == ReplayStatus.Full)
        {
            Sweep(record.Now);
            status = memory.Find(record);
        }

        return status is { } known ? new ReplayResult(known) : null;
    }

    private ApplicationReplayCache MemoryOf(string applicationId) =>
        _applications.TryGetValue(applicationId, out ApplicationReplayCache? known)
            ? known
            : _applications.GetOrAdd(
                applicationId,
                static (_, owner) =>
                    new(new CapacityLimiter(owner._capacityPerApplication, owner._budget), owner._start),
                this
            );

    // An idle application may still hold expired keys. Everything expires on whole seconds, so one sweep a second is
    // enough, and a full application cannot make the others pay for each of its requests.
    private void Sweep(long now)
    {
        long second = now / 1000;
        lock (_sweeping)
        {
            if (_sweptAt == second) return;
            foreach (ApplicationReplayCache memory in _applications.Values) memory.DropExpired(now);
            _sweptAt = second;
        }
    }
}
