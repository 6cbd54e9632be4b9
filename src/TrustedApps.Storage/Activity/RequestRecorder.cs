using System.Collections.Concurrent;
using TrustedApps.Hosting;
using TrustedApps.Storage.Trusts;
using TrustedApps.Text;

namespace TrustedApps.Storage.Activity;

/// <summary>
/// Counts requests and records rejections, in bounded memory; <see cref="ActivityWriter"/> writes them to the database.
/// Requests of applications that are not trusted share one counter, because they may use any number of names.
/// </summary>
/// <param name="snapshot">The trusts of the store.</param>
/// <param name="time">The clock.</param>
/// <param name="isConfigured">Whether the configuration trusts an application.</param>
internal sealed class RequestRecorder(TrustSnapshot snapshot, TimeProvider time, Func<string, bool> isConfigured)
    : ITrustedRequestObserver
{
    private const int MaxCounters = 50_000; // beyond it, requests of all applications share one counter
    private const string Strangers = RejectionBuffer.Strangers;

    private readonly ConcurrentDictionary<(string Id, string Code, long Minute), Counter> _counters = new();
    private readonly RejectionBuffer _rejections = new();

    private int _counterCount; // approximate: ConcurrentDictionary.Count takes every lock

    public static long MinuteOf(DateTimeOffset moment) => moment.ToUnixTimeSeconds() / 60;

    public void Observe(in ObservedRequest request, in Verdict verdict)
    {
        if (verdict.Rejection?.Code == ErrorCode.GrantNeeded) return; // no failure: the request comes again

        DateTimeOffset now = time.GetUtcNow();
        bool isTrusted = verdict.Accepted || IsKnown(verdict.ClaimedApplicationId);
        string id = isTrusted ? verdict.ClaimedApplicationId! : Strangers;
        string code = verdict.Accepted ? RequestCount.Accepted : verdict.Rejection.Value.Code.ToWireName();
        string counted = Volatile.Read(ref _counterCount) < MaxCounters ? id : Strangers;
        Count(new RequestCount(counted, code, MinuteOf(now), 1, now.ToUnixTimeMilliseconds()));
        if (verdict.Accepted || !_rejections.TryTakePlace(id, verdict.ClaimedUser is not null)) return;
        _rejections.Add(Describe(request, id, verdict, now));
    }

    /// <summary>Takes the counts since the last time.</summary>
    public IReadOnlyList<RequestCount> TakeCounts()
    {
        long over = MinuteOf(time.GetUtcNow()) - 1; // the counters of earlier minutes grow no more
        var taken = new List<RequestCount>();
        foreach (((string Id, string Code, long Minute) key, Counter counter) in _counters)
        {
            long count = Interlocked.Exchange(ref counter.Value, 0);
            if (count > 0)
            {
                long lastAt = Volatile.Read(ref counter.LastAt);
                taken.Add(new RequestCount(key.Id, key.Code, key.Minute, count, lastAt));
            }
            else if (key.Minute < over) _counters.TryRemove(key, out _);
        }

        Volatile.Write(ref _counterCount, _counters.Count);
        return taken;
    }

    /// <summary>Takes the rejections since the last time.</summary>
    public IReadOnlyList<RecordedRejection> TakeRejections() => _rejections.Take();

    /// <summary>Puts counts and rejections back that could not be written.</summary>
    public void Return(IReadOnlyList<RequestCount> counts, IReadOnlyList<RecordedRejection> rejections)
    {
        foreach (RequestCount count in counts) Count(count);
        foreach (RecordedRejection rejection in rejections)
        {
            string owner = IsKnown(rejection.ApplicationId) ? rejection.ApplicationId! : Strangers;
            if (_rejections.TryTakePlace(owner, rejection.User is not null)) _rejections.Add(rejection);
        }
    }

    private bool IsKnown(string? id) => id is not null && (snapshot.Contains(id) || isConfigured(id));

    private void Count(RequestCount counted)
    {
        (string, string, long) key = (counted.ApplicationId, counted.Code, counted.Minute);
        if (!_counters.TryGetValue(key, out Counter? counter))
        {
            counter = _counters.GetOrAdd(key, static _ => new Counter());
            Interlocked.Increment(ref _counterCount);
        }

        if (counted.LastAt > Volatile.Read(ref counter.LastAt)) Volatile.Write(ref counter.LastAt, counted.LastAt);
        Interlocked.Add(ref counter.Value, counted.Count);
    }

    private static RecordedRejection Describe(
        in ObservedRequest request,
        string id,
        in Verdict verdict,
        DateTimeOffset now
    )
    {
        Rejection rejection = verdict.Rejection!.Value;
        return new RecordedRejection(
            now,
            id != Strangers ? id : Sanitize(verdict.ClaimedApplicationId),
            Sanitize(verdict.ClaimedUser),
            request.RemoteAddress?.ToString(),
            LogSanitizer.Sanitize(request.Method),
            LogSanitizer.Sanitize(request.Path),
            verdict.Version?.Name,
            rejection.ToString(),
            verdict.RejectionDetail!);
    }

    private static string? Sanitize(string? text) => text is null ? null : LogSanitizer.Sanitize(text);

    private sealed class Counter
    {
        public long Value;
        public long LastAt; // two requests at once may leave the earlier one: they differ by less than a millisecond
    }
}
