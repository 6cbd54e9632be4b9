using System.Threading.Channels;
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

    private readonly Channel<ReplayRequest> _queue;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<CancellationToken, Task<NpgsqlConnection>> _connect;
    private readonly WriteBatch _write;
    private readonly ReplayHealth _health;
    private readonly PostgresReplayOptions _options;
    private readonly TimeProvider _time;
    private readonly Task[] _writers;
    private long _batches;

    public ReplayWriter(
        int writers, Func<CancellationToken, Task<NpgsqlConnection>> connect, WriteBatch write, ReplayHealth health,
        PostgresReplayOptions options, TimeProvider time)
    {
        (_connect, _write, _health, _options, _time) = (connect, write, health, options, time);
        _queue = Channel.CreateBounded<ReplayRequest>(
            new BoundedChannelOptions(options.QueueCapacity) { SingleReader = writers == 1 }
        );
        _writers = [.. Enumerable.Range(0, writers).Select(_ => Task.Run(RunAsync))];
    }

    /// <summary>Writes the entries, and completes the requests after the commit.</summary>
    public delegate Task WriteBatch(
        NpgsqlConnection connection,
        List<ReplayRequest> requests,
        int timeoutSeconds,
        CancellationToken cancellationToken
    );

    /// <summary>The number of batches that were sent to the database.</summary>
    public long Batches => Volatile.Read(ref _batches);

    /// <summary>Adds an entry, and waits for the database as long as the options allow.</summary>
    public async ValueTask<ReplayResult> AskAsync(ReplayEntry record, CancellationToken cancellationToken)
    {
        var request = new ReplayRequest(record);
        if (!_queue.Writer.TryWrite(request)) return _unavailable;

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
        _queue.Writer.TryComplete();
        await _stopping.CancelAsync();
        await Task.WhenAll(_writers);
        while (_queue.Reader.TryRead(out ReplayRequest? request)) request.Complete(_unavailable);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        NpgsqlConnection? connection = null;
        var requests = new List<ReplayRequest>(_options.MaxBatch);
        while (!_stopping.IsCancellationRequested && await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (requests.Count < _options.MaxBatch && _queue.Reader.TryRead(out ReplayRequest? request))
            {
                if (!request.IsAbandoned) requests.Add(request);
            }

            if (requests.Count == 0) continue; // another writer was faster

            int begun = _health.Begin();
            try
            {
                connection ??= await _connect(_stopping.Token);
                Interlocked.Increment(ref _batches);
                await _write(connection, requests, ReplaySession.SecondsOf(_options.Timeout), _stopping.Token);
                _health.Succeeded(begun);
            }
            catch (Exception problem) when (ReplaySession.IsOutage(problem))
            {
                // The batch may have been committed or not. In both cases no request of it was accepted.
                foreach (ReplayRequest request in requests) request.Complete(_unavailable);
                if (!_stopping.IsCancellationRequested) _health.Failed(problem.Message);
                if (connection is not null) await connection.DisposeAsync();
                connection = null;
            }

            requests.Clear();
        }

        if (connection is not null) await connection.DisposeAsync();
    }
}
