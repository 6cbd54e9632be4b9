using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// Notices that the Key header of an application never arrives, as behind a proxy that removes it: its requests are
/// answered with GRANT_NEEDED, which is usual otherwise and not logged. One entry for each trust. Safe for concurrent
/// use.
/// </summary>
/// <param name="time">The clock; null for the system's.</param>
internal sealed class KeyHeaderWatch(TimeProvider? time = null)
{
    private const string KeyHeader = "X-Seraph-Trusted-App-Key";
    private const int Demands = 20; // without a Key header in between

    private static readonly TimeSpan _shortest = TimeSpan.FromMinutes(1); // from the first of them to the last
    private static readonly TimeSpan _pause = TimeSpan.FromHours(1); // between two warnings

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ConcurrentDictionary<string, OfTrust> _trusts = new(StringComparer.Ordinal);

    /// <summary>Takes note of a request that may have a Key header.</summary>
    public void Note(HttpRequest request, in Verdict verdict)
    {
        if (verdict.ClaimedApplicationId is not { } id || !_trusts.TryGetValue(id, out OfTrust? trust)) return;
        if (string.IsNullOrWhiteSpace(request.Headers[KeyHeader])) return;
        lock (trust) trust.Count = 0;
    }

    /// <summary>
    /// Whether to warn, at most once an hour, that an application is asked for its key grant in vain.
    /// </summary>
    /// <param name="applicationId">The id of a trust, whose request is answered with GRANT_NEEDED.</param>
    public bool NeedsWarning(string applicationId)
    {
        OfTrust trust = _trusts.GetOrAdd(applicationId, static _ => new OfTrust());
        lock (trust)
        {
            long now = _time.GetTimestamp();
            if (++trust.Count == 1) trust.FirstAt = now;
            bool isDue = trust.Count >= Demands
                && _time.GetElapsedTime(trust.FirstAt, now) >= _shortest
                && (trust.WarnedAt is not { } last || _time.GetElapsedTime(last, now) >= _pause);
            if (isDue) trust.WarnedAt = now;
            return isDue;
        }
    }

    private sealed class OfTrust
    {
        public int Count { get; set; } // of demands since the last Key header

        public long FirstAt { get; set; } // time stamps

        public long? WarnedAt { get; set; }
    }
}
