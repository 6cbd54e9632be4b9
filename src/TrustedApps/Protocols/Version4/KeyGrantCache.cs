using System.Collections.Concurrent;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// The verified key grants, until they expire. Each trust has its own bound inside a global bound, and a few places
/// outside of it, so that no trust can evict another's or keep another from having any; a changed trust starts empty.
/// Where there is no room, the trust's own key grant that expires first is evicted. Safe for concurrent use; lookups
/// take no lock.
/// </summary>
/// <param name="limits">The bounds.</param>
/// <param name="isPresent">
/// Whether a trust is in force in this revision: a key grant that was verified under an earlier one comes too late.
/// </param>
internal sealed class KeyGrantCache(KeyGrantLimits limits, Func<TrustedApplication, bool> isPresent)
{
    private const long SweepInterval = 60; // seconds

    private readonly ConcurrentDictionary<string, OfTrust> _trusts = new(StringComparer.Ordinal);
    private int _count;
    private int _shared; // those beyond the reserve of their trust
    private long _nextSweep;
    private bool _isClosed;

    /// <summary>The number of cached key grants.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Counts the cached key grants of each trust.</summary>
    public IEnumerable<KeyValuePair<string, int>> CountByTrust() =>
        _trusts.Select(trust => KeyValuePair.Create(trust.Key, trust.Value.Count));

    /// <summary>Finds the key grant with this token.</summary>
    public KeyGrant? FindToken(TrustedApplication trust, string token) => Find(trust)?.ByToken.GetValueOrDefault(token);

    /// <summary>Finds the key grant with this id.</summary>
    public KeyGrant? FindId(TrustedApplication trust, string id) =>
        Find(trust)?.ByHeader.GetValueOrDefault(AssertionToken.HeaderOf(id));

    /// <summary>Finds the key grant that the protected header of an assertion names.</summary>
    public KeyGrant? FindNamed(TrustedApplication trust, ReadOnlySpan<char> header)
    {
        if (Find(trust) is not { } grants) return null;
        if (grants.BySpan.TryGetValue(header, out KeyGrant? kept) || AssertionToken.IsUsual(header)) return kept;
        return AssertionToken.FindGrantId(header) is { Length: KeyGrantToken.IdLength } id ? FindId(trust, id) : null;
    }

    /// <summary>Zeroes and forgets all key grants, and takes no further ones.</summary>
    public void Close()
    {
        Volatile.Write(ref _isClosed, true);
        foreach (OfTrust grants in _trusts.Values) DropAll(grants);
        _trusts.Clear();
    }

    private OfTrust? Find(TrustedApplication trust) =>
        _trusts.TryGetValue(trust.Id, out OfTrust? grants) && ReferenceEquals(grants.Revision, trust.Revision)
            ? grants
            : null;

    /// <summary>Adds a key grant.</summary>
    /// <param name="trust">The trust under which it was verified.</param>
    /// <param name="grant">The key grant.</param>
    /// <param name="now">Seconds since 1970.</param>
    /// <param name="skew">Seconds.</param>
    /// <returns>
    /// The result; not added if another with the same id is cached, if there is no room, or if the trust was changed.
    /// </returns>
    public KeyGrantCacheResult Keep(TrustedApplication trust, KeyGrant grant, long now, long skew)
    {
        Sweep(now, skew);
        while (true)
        {
            if (FindOrMake(trust) is not { } grants) return KeyGrantCacheResult.TrustChanged;
            lock (grants.Gate)
            {
                if (!grants.IsGone) return Keep(grants, grant, now, skew);
            }

            _trusts.TryRemove(KeyValuePair.Create(trust.Id, grants)); // swept just now, being empty
        }
    }

    private KeyGrantCacheResult Keep(OfTrust grants, KeyGrant grant, long now, long skew)
    {
        if (grants.ByHeader.TryGetValue(grant.AssertionHeader, out KeyGrant? other))
        {
            if (other.ExpiresAt + skew >= now) return KeyGrantCacheResult.OtherOfSameId;
            Remove(grants, other);
        }

        bool isFull = grants.Count >= limits.CapacityPerTrust
            || (grants.Count >= limits.ReservePerTrust && Volatile.Read(ref _shared) >= limits.Capacity);
        isFull |= Count >= limits.Capacity + (limits.Capacity / 2); // the reserves of very many trusts
        if (isFull && grants.Count == 0) return KeyGrantCacheResult.NoRoom;
        if (isFull) Remove(grants, grants.ByHeader.Values.MinBy(kept => kept.ExpiresAt)!);

        grants.ByHeader[grant.AssertionHeader] = grant;
        grants.ByToken[grant.Token] = grant;
        if (++grants.Count > limits.ReservePerTrust) Interlocked.Increment(ref _shared);
        Interlocked.Increment(ref _count);
        return KeyGrantCacheResult.Kept;
    }

    // Asked after the lookup, so that those of a later revision are never dropped for an earlier one.
    private OfTrust? FindOrMake(TrustedApplication trust)
    {
        while (true)
        {
            OfTrust grants = _trusts.GetOrAdd(trust.Id, static (_, trust) => new OfTrust(trust.Revision), trust);
            if (Volatile.Read(ref _isClosed) || !isPresent(trust)) return null;
            if (ReferenceEquals(grants.Revision, trust.Revision)) return grants;
            DropAll(grants);
            _trusts.TryRemove(KeyValuePair.Create(trust.Id, grants));
        }
    }

    // Keys outlive their grants by at most the interval, also for trusts that are idle or were removed.
    private void Sweep(long now, long skew)
    {
        long due = Volatile.Read(ref _nextSweep);
        if (now < due && now > due - (2 * SweepInterval)) return;
        if (Interlocked.CompareExchange(ref _nextSweep, now + SweepInterval, due) != due) return;

        foreach ((string id, OfTrust grants) in _trusts)
        {
            lock (grants.Gate)
            {
                foreach (KeyGrant grant in grants.ByHeader.Values.Where(kept => kept.ExpiresAt + skew < now))
                {
                    Remove(grants, grant);
                }

                grants.IsGone = grants.ByHeader.IsEmpty;
            }

            if (grants.IsGone) _trusts.TryRemove(KeyValuePair.Create(id, grants));
        }
    }

    private void DropAll(OfTrust grants)
    {
        lock (grants.Gate)
        {
            grants.IsGone = true;
            foreach (KeyGrant grant in grants.ByHeader.Values) Remove(grants, grant);
        }
    }

    private void Remove(OfTrust grants, KeyGrant grant)
    {
        if (!grants.ByHeader.TryRemove(grant.AssertionHeader, out _)) return;
        grants.ByToken.TryRemove(grant.Token, out _);
        if (grants.Count-- > limits.ReservePerTrust) Interlocked.Decrement(ref _shared);
        Interlocked.Decrement(ref _count);
        grant.Drop();
    }

    private sealed class OfTrust
    {
        public OfTrust(object revision)
        {
            Revision = revision;
            BySpan = ByHeader.GetAlternateLookup<ReadOnlySpan<char>>();
        }

        public object Revision { get; }

        public Lock Gate { get; } = new(); // for changes

        /// <summary>By the header of the assertions under each, which stands for its id.</summary>
        public ConcurrentDictionary<string, KeyGrant> ByHeader { get; } = new(new HeaderComparer());

        public ConcurrentDictionary<string, KeyGrant>.AlternateLookup<ReadOnlySpan<char>> BySpan { get; }

        public ConcurrentDictionary<string, KeyGrant> ByToken { get; } = new(new TokenComparer());

        /// <summary>The number of key grants.</summary>
        public int Count { get; set; }

        public bool IsGone { get; set; }
    }

    // Usual headers differ in the id alone.
    private sealed class HeaderComparer
        : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<char>, string>
    {
        public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

        public int GetHashCode(string header) => GetHashCode(header.AsSpan());

        public bool Equals(ReadOnlySpan<char> alternate, string other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<char> alternate) =>
            string.GetHashCode(AssertionToken.IdPart(alternate), StringComparison.Ordinal);

        public string Create(ReadOnlySpan<char> alternate) => alternate.ToString();
    }

    // A cached token ends in a verified signature, which a sender cannot choose. The end therefore suffices as a hash;
    // tokens are then compared whole.
    private sealed class TokenComparer : IEqualityComparer<string>
    {
        private const int End = 16; // characters: 96 bits

        public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

        public int GetHashCode(string token) =>
            string.GetHashCode(token.AsSpan(Math.Max(0, token.Length - End)), StringComparison.Ordinal);
    }
}

/// <summary>The result of adding a key grant.</summary>
internal enum KeyGrantCacheResult
{
    /// <summary>There is no room.</summary>
    NoRoom,

    /// <summary>The trust was changed or removed since the verification began.</summary>
    TrustChanged,

    /// <summary>Another key grant with the same id is cached.</summary>
    OtherOfSameId,

    /// <summary>The key grant is cached.</summary>
    Kept,
}
