using System.Collections.Concurrent;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// Proven grants, until they expire. Each trust has room of its own inside a bound for all, so that none can push out
/// another's; a trust that changes begins anew. Safe for concurrent use; finding takes no lock.
/// </summary>
/// <param name="capacity">How many in all.</param>
/// <param name="capacityPerTrust">How many for one trust; the one that expires first gives way.</param>
internal sealed class KeptGrants(int capacity, int capacityPerTrust)
{
    private const long SweepInterval = 60; // seconds

    private readonly ConcurrentDictionary<string, OfTrust> _trusts = new(StringComparer.Ordinal);
    private int _count;
    private long _nextSweep;

    /// <summary>How many are kept.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The grant whose assertions have this header.</summary>
    public Grant? Find(TrustedApplication trust, ReadOnlySpan<char> assertionHeader) =>
        _trusts.TryGetValue(trust.Id, out OfTrust? grants) && ReferenceEquals(grants.Revision, trust.Revision)
        && grants.ByHeader.TryGetValue(assertionHeader, out Grant? grant) ? grant : null;

    /// <summary>Keeps a grant.</summary>
    /// <param name="trust">The trust under which it was proven.</param>
    /// <param name="grant">The grant.</param>
    /// <param name="now">Seconds since 1970.</param>
    /// <param name="skew">Seconds.</param>
    /// <returns>Whether it is kept; not when another of the same id is, or when there is no room.</returns>
    public KeepAnswer Keep(TrustedApplication trust, Grant grant, long now, long skew)
    {
        Sweep(now, skew);
        while (true)
        {
            OfTrust grants = FindOrMake(trust);
            lock (grants.Gate)
            {
                if (!grants.IsGone) return Keep(grants, grant, now, skew);
            }

            _trusts.TryRemove(KeyValuePair.Create(trust.Id, grants)); // swept just now, being empty
        }
    }

    private KeepAnswer Keep(OfTrust grants, Grant grant, long now, long skew)
    {
        if (grants.Grants.TryGetValue(grant.AssertionHeader, out Grant? other))
        {
            if (other.ExpiresAt + skew >= now) return KeepAnswer.OtherOfSameId;
            Remove(grants, other);
        }

        if (grants.Grants.Count >= capacityPerTrust) RemoveFirst(grants);
        if (Count >= capacity) RemoveFirst(grants);
        if (Count >= capacity) return KeepAnswer.NoRoom;

        grants.Grants[grant.AssertionHeader] = grant;
        Interlocked.Increment(ref _count);
        return KeepAnswer.Kept;
    }

    private OfTrust FindOrMake(TrustedApplication trust)
    {
        while (true)
        {
            OfTrust grants = _trusts.GetOrAdd(trust.Id, static (_, trust) => new OfTrust(trust.Revision), trust);
            if (ReferenceEquals(grants.Revision, trust.Revision)) return grants;
            DropAll(grants);
            _trusts.TryRemove(KeyValuePair.Create(trust.Id, grants));
        }
    }

    // Keys do not outlive their grants by more than the interval, also of trusts that fell silent or were removed.
    private void Sweep(long now, long skew)
    {
        long due = Volatile.Read(ref _nextSweep);
        if (now < due && now > due - (2 * SweepInterval)) return;
        if (Interlocked.CompareExchange(ref _nextSweep, now + SweepInterval, due) != due) return;

        foreach ((string id, OfTrust grants) in _trusts)
        {
            lock (grants.Gate)
            {
                foreach (Grant grant in grants.Grants.Values.Where(kept => kept.ExpiresAt + skew < now)) Remove(grants, grant);
                grants.IsGone = grants.Grants.IsEmpty;
            }

            if (grants.IsGone) _trusts.TryRemove(KeyValuePair.Create(id, grants));
        }
    }

    private void DropAll(OfTrust grants)
    {
        lock (grants.Gate)
        {
            grants.IsGone = true;
            foreach (Grant grant in grants.Grants.Values) Remove(grants, grant);
        }
    }

    private void RemoveFirst(OfTrust grants)
    {
        if (grants.Grants.Values.MinBy(kept => kept.ExpiresAt) is { } first) Remove(grants, first);
    }

    private void Remove(OfTrust grants, Grant grant)
    {
        if (!grants.Grants.TryRemove(grant.AssertionHeader, out _)) return;
        Interlocked.Decrement(ref _count);
        grant.Key.Drop();
    }

    private sealed class OfTrust(object revision)
    {
        public object Revision { get; } = revision;

        public Lock Gate { get; } = new(); // for changes

        public ConcurrentDictionary<string, Grant> Grants { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, Grant>.AlternateLookup<ReadOnlySpan<char>> ByHeader => Grants.GetAlternateLookup<ReadOnlySpan<char>>();

        public bool IsGone { get; set; }
    }
}

/// <summary>What became of a grant that was to be kept.</summary>
internal enum KeepAnswer
{
    /// <summary>There is no room.</summary>
    NoRoom,

    /// <summary>Another grant of the same id is kept.</summary>
    OtherOfSameId,

    /// <summary>It is kept.</summary>
    Kept,
}
