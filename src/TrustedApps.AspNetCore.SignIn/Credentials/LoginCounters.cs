namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// A table of fixed size: each counter has a few possible places. Not safe for concurrent use. Failures count from the
/// first one until the lock-out time has passed. The failure that reaches the limit starts that time again.
/// </summary>
/// <remarks>
/// The time is that of <see cref="TimeProvider.GetTimestamp"/>, which setting the clock does not turn back. If a time
/// provider turns back, a counter of the future starts again now: it neither unlocks nor stays locked for ever.
/// </remarks>
internal sealed class LoginCounters(int capacity, TimeSpan lockout, TimeProvider time)
{
    private const int Places = 8; // for each counter

    private readonly Counter[] _counters = new Counter[capacity / Places * Places];

    public bool IsLocked(LoginKey key) => Find(key) is >= 0 and var place && _counters[place].IsLocked;

    /// <summary>Whether the counter would be locked if the attempts under way failed.</summary>
    public bool IsFull(LoginKey key) => Find(key) is >= 0 and var place && _counters[place].Count >= key.MaxFailures;

    public void Begin(LoginKey key) => FindOrAdd(key).UnderWay++;

    public void Fail(LoginKey key)
    {
        ref Counter counter = ref FindOrAdd(key);
        counter.EndOne();
        counter.Failures++;
        if (counter.IsLocked || counter.Failures < key.MaxFailures) return;
        counter.IsLocked = true;
        counter.Since = time.GetTimestamp();
    }

    public void Release(LoginKey key)
    {
        if (Find(key) is >= 0 and var place) _counters[place].EndOne();
    }

    /// <summary>Removes the failures. Attempts under way stay.</summary>
    public void Clear(LoginKey key)
    {
        if (Find(key) is >= 0 and var place)
        {
            _counters[place] = new Counter
            {
                Hash = key.Hash,
                Since = time.GetTimestamp(),
                UnderWay = _counters[place].UnderWay,
            };
        }
    }

    private ref Counter FindOrAdd(LoginKey key)
    {
        int place = Find(key);
        if (place < 0)
        {
            place = FindRoom(key);
            _counters[place] = new Counter { Hash = key.Hash, Since = time.GetTimestamp() };
        }

        return ref _counters[place];
    }

    /// <summary>Returns the place of the counter; negative if there is none, or if its time has passed.</summary>
    private int Find(LoginKey key)
    {
        int first = FirstPlace(key);
        for (int place = first; place < first + Places; place++)
        {
            if (_counters[place].Hash == key.Hash && IsAlive(ref _counters[place])) return place;
        }

        return -1;
    }

    /// <summary>
    /// Returns the place of the least important counter: expired, not locked, fewest failures, oldest.
    /// </summary>
    private int FindRoom(LoginKey key)
    {
        int first = FirstPlace(key), least = first;
        for (int place = first; place < first + Places; place++)
        {
            if (!IsAlive(ref _counters[place])) return place;
            if (_counters[place].IsLessImportantThan(_counters[least])) least = place;
        }

        return least;
    }

    private bool IsAlive(ref Counter counter)
    {
        if (counter.Count == 0) return false;
        TimeSpan age = time.GetElapsedTime(counter.Since);
        if (age < TimeSpan.Zero) counter.Since = time.GetTimestamp();
        return age < lockout;
    }

    private int FirstPlace(LoginKey key) => (int)((ulong)key.Hash % (ulong)(_counters.Length / Places)) * Places;

    private struct Counter
    {
        public UInt128 Hash;
        public long Since; // time stamp
        public int Failures;
        public int UnderWay;
        public bool IsLocked;

        public readonly int Count => Failures + UnderWay;

        // The counter may have been replaced, or have expired, since the attempt began.
        public void EndOne() => UnderWay = Math.Max(0, UnderWay - 1);

        public readonly bool IsLessImportantThan(in Counter other) =>
            (IsLocked, Count, Since).CompareTo((other.IsLocked, other.Count, other.Since)) < 0;
    }
}
