using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TrustedApps.Hosting;

namespace TrustedApps.Replay;

/// <summary>
/// The replay cache of one process. Each entry stays for as long as its assertion could be accepted again. Bounded for
/// each application inside a global bound, so that no application can evict another's entries. A full cache rejects new
/// entries and never drops one early. Safe for concurrent use: of any number of identical assertions at once, exactly
/// one is the first.
/// </summary>
/// <remarks>
/// Completes synchronously, and allocates only when a table grows. With a
/// <see cref="InMemoryReplayCacheOptions.StateFile"/> a request waits for the disk about once in two seconds, at most.
/// </remarks>
public sealed class InMemoryReplayCache : IReplayCache, IHealthSource, IDisposable
{
    private static readonly ReplayResult _unavailable = new(ReplayStatus.Unavailable, TimeSpan.FromSeconds(1));

    private readonly ConcurrentDictionary<string, ApplicationReplayCache> _applications = new(StringComparer.Ordinal);
    private readonly InMemoryReplayCacheOptions _options;
    private readonly TimeProvider _time;
    private readonly SharedCapacity _shared;
    private readonly StartupHorizon _start;
    private readonly ReplayFile? _file;
    private readonly Lock _sweeping = new();
    private readonly Lock _dividing = new();
    private long _sweptAt = long.MinValue; // seconds since 1970

    /// <summary>Creates a cache: an empty one, or what the last process has left in the state file.</summary>
    /// <param name="options">
    /// The bounds, and what is known of earlier processes; null for the defaults.
    /// </param>
    /// <param name="time">
    /// The clock. When its wall clock gains on its monotonic one, it was behind at the start, and assertions that
    /// earlier processes may have accepted are rejected for longer.
    /// </param>
    /// <param name="logger">Receives the events 55 to 59.</param>
    /// <exception cref="InvalidOperationException">
    /// The state file cannot be written, and the next start would take what is in it for current.
    /// </exception>
    public InMemoryReplayCache(
        InMemoryReplayCacheOptions? options = null,
        TimeProvider? time = null,
        ILogger<InMemoryReplayCache>? logger = null)
    {
        _options = options ?? new InMemoryReplayCacheOptions();
        _time = time ??= TimeProvider.System;
        _shared = new SharedCapacity(_options.Capacity);
        ReplayGauges.Watch(this);
        if (_options.StateFile is not { } path)
        {
            _start = _options.IsNewInstallation
                ? StartupHorizon.First
                : StartupHorizon.Now(time, _options.ClockSkew);
            return;
        }

        ILogger log = logger ?? NullLogger<InMemoryReplayCache>.Instance;
        (_start, _file, bool hasEntries) = new ReplayRecovery(_options, path, time, log).Recover(TryRead);
        if (hasEntries) return;
        _applications.Clear();
        _shared = new SharedCapacity(_options.Capacity);
    }

    /// <summary>The number of replay keys held at this moment.</summary>
    public int Count => _applications.Values.Sum(memory => memory.Count);

    /// <summary>The part of each application.</summary>
    internal IEnumerable<KeyValuePair<string, ApplicationReplayCache>> Applications => _applications;

    /// <summary>The time, in milliseconds since 1970.</summary>
    internal long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public ValueTask<ReplayResult> TryAddAsync(ReplayEntry record, CancellationToken cancellationToken)
    {
        if (record.ApplicationId is null)
        {
            throw new ArgumentException("The default value is not a valid entry.", nameof(record));
        }

        _start.Reckon();
        return _file?.Covers(record) == false ? AddAfterWriteAsync(_file, record, cancellationToken) : new(Add(record));
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

    /// <inheritdoc/>
    IEnumerable<HealthReading> IHealthSource.ReadHealth()
    {
        var held = _applications.ToDictionary(memory => memory.Key, memory => memory.Value, StringComparer.Ordinal);
        return new ReplayReadings(_options, _time.GetUtcNow()).Read(held, _start, _file);
    }

    /// <summary>
    /// Ends the cache, if it has a state file: saves its entries there for the next process, which counts them once.
    /// Afterwards nothing is accepted. Call it when the host has served its last request.
    /// </summary>
    public void Dispose() => _file?.Close(Write);

    // The time of issue is on disk before the assertion is accepted.
    private async ValueTask<ReplayResult> AddAfterWriteAsync(
        ReplayFile file, ReplayEntry record, CancellationToken cancellationToken) =>
        await file.RaiseAsync(record, cancellationToken).ConfigureAwait(false) ? Add(record) : _unavailable;

    private ReplayResult Add(in ReplayEntry record)
    {
        ApplicationReplayCache memory = MemoryOf(record.ApplicationId);
        ReplayResult answer = memory.TryAdd(record);
        if (answer.Status == ReplayStatus.Full)
        {
            Sweep(record.Now);
            answer = memory.TryAdd(record);
        }

        return _file is null ? answer : Confirm(_file, answer);
    }

    // Either the entry was added before the cache was closed, and is saved, or it is seen here that the cache is
    // closed.
    private static ReplayResult Confirm(ReplayFile file, in ReplayResult answer)
    {
        Interlocked.MemoryBarrier();
        return file.IsClosed ? _unavailable : answer;
    }

    private ApplicationReplayCache MemoryOf(string applicationId) =>
        _applications.TryGetValue(applicationId, out ApplicationReplayCache? known)
            ? known
            : AddApplication(applicationId, _start);

    private ApplicationReplayCache AddApplication(string applicationId, StartupHorizon start)
    {
        lock (_dividing)
        {
            if (_applications.TryGetValue(applicationId, out ApplicationReplayCache? known)) return known;

            var budget = new CapacityLimiter(_options.CapacityPerApplication, _shared);
            var memory = new ApplicationReplayCache(budget, start);
            _applications[applicationId] = memory;
            if (_shared.Divide(_applications.Count))
            {
                foreach (ApplicationReplayCache other in _applications.Values) other.ShrinkReserve();
            }

            return memory;
        }
    }

    private void Write(BinaryWriter writer)
    {
        KeyValuePair<string, ApplicationReplayCache>[] memories = [.. _applications];
        writer.Write(memories.Sum(memory => memory.Value.Count));
        writer.Write(memories.Length);
        foreach ((string id, ApplicationReplayCache memory) in memories)
        {
            writer.Write(id);
            memory.Write(writer);
        }
    }

    private bool TryRead(BinaryReader reader, StartupHorizon start)
    {
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            if (!AddApplication(reader.ReadString(), start).TryRead(reader)) return false;
        }

        return true;
    }

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
