using System.Collections.Concurrent;
using TrustedApps.Certificates;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Certificates;

/// <summary>
/// Limits how often requests that name an unknown key make this node ask the database: once in five minutes for an
/// application of the store, and never for another. A sender of such requests has proven nothing.
/// </summary>
internal sealed class SuspectWatch(TrustSnapshot snapshot, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, long> _asked = new(StringComparer.Ordinal); // time stamps

    /// <summary>Whether the database may be asked now. If so, it counts as asked.</summary>
    public bool TryBegin(string applicationId)
    {
        if (!snapshot.Contains(applicationId))
        {
            Forget(applicationId);
            return false;
        }

        long now = time.GetTimestamp();
        while (true)
        {
            if (!_asked.TryGetValue(applicationId, out long asked))
            {
                if (_asked.TryAdd(applicationId, now)) return true;
            }
            else if (time.GetElapsedTime(asked, now) < RefreshSchedule.SuspicionInterval)
            {
                return false;
            }
            else if (_asked.TryUpdate(applicationId, now, asked))
            {
                return true;
            }
        }
    }

    /// <summary>Lets the database be asked again, because it did not answer.</summary>
    public void Forget(string applicationId) => _asked.TryRemove(applicationId, out _);
}
