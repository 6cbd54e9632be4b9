using System.Threading.Channels;

namespace TrustedApps.Storage.Replay;

/// <summary>
/// Entries that wait for a writer. Applications take turns, one entry each, so none waits for more than one entry of
/// each other between two of its own. An application has a quota of the places, and a few places of its own that no
/// other can take (version-4.md, section 4).
/// </summary>
/// <param name="capacity">The places that all applications share.</param>
internal sealed class ReplayQueue(int capacity)
{
    private const int Parts = 4; // an application may have a quarter of the places
    private const int MaxReserved = 16; // places of each application besides

    private readonly int _quota = Math.Max(1, capacity / Parts);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Waiting> _waiting = new(StringComparer.Ordinal);
    private readonly Queue<Waiting> _turns = new(); // those of the dictionary
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private int _count;

    /// <summary>Adds an entry; false if there is no place for it.</summary>
    public bool TryAdd(ReplayRequest request)
    {
        lock (_gate)
        {
            string id = request.Record.ApplicationId;
            int own = _waiting.TryGetValue(id, out Waiting? waiting) ? waiting.Requests.Count : 0;
            if (own >= _quota || (_count >= capacity && own >= MaxReserved)) return false;

            if (waiting is null)
            {
                _waiting[id] = waiting = new Waiting(id);
                _turns.Enqueue(waiting);
            }

            waiting.Requests.Enqueue(request);
            _count++;
        }

        _signal.Writer.TryWrite(true);
        return true;
    }

    /// <summary>Waits until there may be entries; false once the queue is closed.</summary>
    public async ValueTask<bool> WaitAsync()
    {
        if (!await _signal.Reader.WaitToReadAsync(CancellationToken.None)) return false;
        _signal.Reader.TryRead(out _);
        return true;
    }

    /// <summary>Takes entries in turn. Those that their callers have abandoned are dropped.</summary>
    public void Take(List<ReplayRequest> taken, int max)
    {
        bool isLeft;
        lock (_gate)
        {
            while (taken.Count < max && _turns.TryDequeue(out Waiting? waiting))
            {
                ReplayRequest request = waiting.Requests.Dequeue();
                _count--;
                if (!request.IsAbandoned) taken.Add(request);
                if (waiting.Requests.Count > 0) _turns.Enqueue(waiting);
                else _waiting.Remove(waiting.ApplicationId);
            }

            isLeft = _turns.Count > 0;
        }

        if (isLeft) _signal.Writer.TryWrite(true);
    }

    /// <summary>Ends the waiting of writers.</summary>
    public void Close() => _signal.Writer.TryComplete();

    private sealed record Waiting(string ApplicationId)
    {
        public Queue<ReplayRequest> Requests { get; } = new();
    }
}
