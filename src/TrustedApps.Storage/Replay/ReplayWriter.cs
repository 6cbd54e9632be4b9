using Npgsql;
using TrustedApps.Replay;

namespace TrustedApps.Storage.Replay;

/// <summary>
/// Writes entries of one kind to the database. A writer takes all that wait: a single entry is not delayed, and while
/// the writers are busy new entries form the next batch.
/// </summary>
internal sealed class ReplayWriter : IAsyncDisposable
{
    private static readonly ReplayResult _unavailable = new(ReplayStatus.Unavailable, TimeSpan.FromSeconds(1));

    private readonly ReplayQueue _queue;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<CancellationToken, Task<NpgsqlConnection>> _connect;
    private readonly WriteBatch _write;
    private readonly ConfirmedMarks _confirmed;
    private readonly ReplayHealth _health;
    private readonly PostgresReplayOptions _options;
    private readonly TimeProvider _time;
    private readonly Task[] _writers;
    private long _batches;

    public ReplayWriter(
        int writers, Func<CancellationToken, Task<NpgsqlConnection>> connect, WriteBatch write,
        ConfirmedMarks confirmed, ReplayHealth health, PostgresReplayOptions options, TimeProvider time)
    {
        (_connect, _write, _confirmed, _health) = (connect, write, confirmed, health);
        (_options, _time) = (options, time);
        _queue = new ReplayQueue(options.QueueCapacity);
        _writers = [.. Enumerable.Range(0, writers).Select(_ => Task.Run(RunAsync))];
    }

    /// <summary>Writes the entries, and completes the requests after the commit.</summary>
    /// <param name="connection">A connection outside a transaction.</param>
    /// <param name="requests">The entries.</param>
    /// <param name="heartbeat">A row that the database must have, or it is not the one that this node knows.</param>
    /// <param name="timeout">The time-out of each statement.</param>
    /// <param name="cancellationToken">Cancelled when the cache is disposed.</param>
    public delegate Task WriteBatch(
        NpgsqlConnection connection,
        List<ReplayRequest> requests,
        Guid heartbeat,
        TimeSpan timeout,
        CancellationToken cancellationToken
    );

    /// <summary>The number of batches that were sent to the database.</summary>
    public long Batches => Volatile.Read(ref _batches);

    /// <summary>Adds an entry, and waits for the database as long as the options allow.</summary>
    public async ValueTask<ReplayResult> AskAsync(ReplayEntry record, CancellationToken cancellationToken)
    {
        var request = new ReplayRequest(record);
        if (_stopping.IsCancellationRequested || !_queue.TryAdd(request)) return _unavailable;

        try
        {
            return await request.Answer.WaitAsync(_options.Timeout, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return _unavailable;
        }
        finally
        {
            request.Abandon();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _queue.Close();
        await Task.WhenAll(_writers);
        var rest = new List<ReplayRequest>();
        _queue.Take(rest, int.MaxValue);
        foreach (ReplayRequest request in rest) request.Complete(_unavailable);
    }

    private async Task RunAsync()
    {
        object source = new();
        NpgsqlConnection? connection = null;
        var requests = new List<ReplayRequest>(_options.MaxBatch);
        while (!_stopping.IsCancellationRequested && await _queue.WaitAsync())
        {
            _queue.Take(requests, _options.MaxBatch);
            if (requests.Count == 0) continue; // another writer was faster

            int begun = _health.Begin();
            try
            {
                connection ??= await _connect(_stopping.Token);
                Interlocked.Increment(ref _batches);
                await _write(
                    connection, requests, _confirmed.Heartbeat ?? Guid.Empty, _options.Timeout, _stopping.Token);
                if (requests.FindLast(request => request.IsFirst) is { } last) _confirmed.Set(source, last);
                _health.Succeeded(begun);
            }
            catch (Exception problem) when (ReplaySession.IsOutage(problem))
            {
                // The batch may have been committed or not. In both cases no request of it was accepted.
                foreach (ReplayRequest request in requests) request.Complete(_unavailable);
                if (!_stopping.IsCancellationRequested) _health.Failed(problem);
                if (connection is not null) await connection.DisposeAsync();
                connection = null;
            }

            requests.Clear();
        }

        if (connection is not null) await connection.DisposeAsync();
    }
}
