using System.Collections.Concurrent;
using System.Threading.Channels;
using TrustedApps.Hosting;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Trusts;
using TrustedApps.Text;

namespace TrustedApps.Storage.Activity;

/// <summary>
/// Counts requests and takes down refusals, in bounded memory; <see cref="ActivityWriter"/> brings them to the database.
/// What strangers call themselves makes no counters: they are counted together.
/// </summary>
internal sealed class RequestRecorder(TrustSnapshot image, TimeProvider time) : ITrustedRequestObserver
{
    private const int MaxRejections = 1000; // between two writes
    private const int MaxCounters = 50_000; // names of applications are free for all to use
    private const string Strangers = "";
    private const string Accepted = "OK";

    private readonly Channel<RefusalRow> _refusals = Channel.CreateBounded<RefusalRow>(new BoundedChannelOptions(MaxRejections) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<(string Id, string Code, long Minute), Counter> _counters = new();
    private int _counterCount; // about: counting them takes every lock

    public static long MinuteOf(DateTimeOffset moment) => moment.ToUnixTimeSeconds() / 60;

    public void Observe(in ObservedRequest request, in Verdict verdict)
    {
        DateTimeOffset now = time.GetUtcNow();
        string id = verdict.ClaimedApplicationId is { } claimed && (verdict.Accepted || image.Knows(claimed)) ? claimed : Strangers;
        string code = verdict.Accepted ? Accepted : verdict.Rejection.Value.Code.ToWireName();
        Count(Volatile.Read(ref _counterCount) < MaxCounters ? id : Strangers, code, MinuteOf(now), 1);
        if (!verdict.Accepted && _refusals.Reader.Count < MaxRejections) _refusals.Writer.TryWrite(Describe(request, id, verdict, now));
    }

    /// <summary>Takes what was counted since the last time.</summary>
    public IReadOnlyList<RequestCountRow> TakeCounts()
    {
        long over = MinuteOf(time.GetUtcNow()) - 1; // nobody counts for a minute before this any more
        var taken = new List<RequestCountRow>();
        foreach (((string id, string code, long minute) key, Counter counter) in _counters)
        {
            long count = Interlocked.Exchange(ref counter.Value, 0);
            if (count > 0) taken.Add(new RequestCountRow { ApplicationId = key.id, Code = key.code, Minute = key.minute, Count = count });
            else if (key.minute < over) _counters.TryRemove(key, out _);
        }

        Volatile.Write(ref _counterCount, _counters.Count);

        return taken;
    }

    /// <summary>Takes the refusals since the last time.</summary>
    public IReadOnlyList<RefusalRow> TakeRejections()
    {
        var taken = new List<RefusalRow>();
        while (taken.Count < MaxRejections && _refusals.Reader.TryRead(out RefusalRow? refusal)) taken.Add(refusal);
        return taken;
    }

    /// <summary>Puts back what could not be written.</summary>
    public void GiveBack(IReadOnlyList<RequestCountRow> counts, IReadOnlyList<RefusalRow> refusals)
    {
        foreach (RequestCountRow row in counts) Count(row.ApplicationId, row.Code, row.Minute, row.Count);
        foreach (RefusalRow refusal in refusals) _refusals.Writer.TryWrite(refusal);
    }

    private void Count(string id, string code, long minute, long count)
    {
        if (!_counters.TryGetValue((id, code, minute), out Counter? counter))
        {
            counter = _counters.GetOrAdd((id, code, minute), static _ => new Counter());
            Interlocked.Increment(ref _counterCount);
        }

        Interlocked.Add(ref counter.Value, count);
    }

    private static RefusalRow Describe(in ObservedRequest request, string id, in Verdict verdict, DateTimeOffset now)
    {
        Rejection refusal = verdict.Rejection!.Value;
        return new RefusalRow
        {
            At = now,
            ApplicationId = id != Strangers ? id : verdict.ClaimedApplicationId is { } claimed ? LogSanitizer.Sanitize(claimed) : null,
            UserName = verdict.ClaimedUser is { } user ? LogSanitizer.Sanitize(user) : null,
            Address = request.RemoteAddress?.ToString(),
            Method = LogSanitizer.Sanitize(request.Method),
            Path = LogSanitizer.Sanitize(request.Path),
            ProtocolVersion = verdict.Version?.Name,
            Code = refusal.ToString(),
            Advice = refusal.Detail,
        };
    }

    private sealed class Counter
    {
        public long Value;
    }
}
