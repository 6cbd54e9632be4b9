using System.Security.Cryptography;

namespace TrustedApps.Limits;

/// <summary>
/// The share of the processor that failed verifications may use (specification version-4.md, section 3): 2 % of one
/// core for each trust and network, 5 % for each trust, and a quarter of a core for all together, which is shared
/// equally among the trusts that have failures; reckoned over 10 seconds. Beyond it a verification waits up to a second
/// for a place, which is drawn at random. So a flood makes a genuine application slow and does not shut it out. Safe
/// for concurrent use.
/// </summary>
/// <remarks>
/// <para>
/// A verification is charged before its work begins, or any number could begin at once, and gets its charge back if it
/// succeeds. Memory is bounded for each trust inside a bound for all: where there is no room, the trust that has most
/// waiting gives up one of them, drawn at random.
/// </para>
/// <para>
/// Every second place goes to the one that was turned away most often: a genuine application comes again with the same
/// key grant, and a forger who does so can send fewer of them.
/// </para>
/// </remarks>
/// <param name="time">The clock, for elapsed time only.</param>
/// <param name="draw">
/// Draws a number below a bound, under a lock; null for one that cannot be predicted.
/// </param>
internal sealed class FailureBudget(TimeProvider time, Func<int, int>? draw = null)
{
    public const double NetworkShare = 0.02; // of one core
    public const double TrustShare = 0.05;
    public const double WholeShare = 0.25;
    public const int MaxWaitingPerTrust = 1024;
    public const int MaxWaiting = 8192;

    private const double Period = 10; // seconds

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _sweepInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Func<int, int> _draw = draw ?? RandomNumberGenerator.GetInt32;
    private readonly Dictionary<string, TrustCharges> _trusts = new(StringComparer.Ordinal);
    private readonly LinkedList<FailurePlace> _waiting = new(); // the oldest first
    private ITimer? _ticks; // set while there are any
    private double _charged; // seconds of the processor, of all together
    private long _leakedAt;
    private long _swept;

    /// <summary>The number of verifications that wait for a place.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>The number of trusts with charges or waiting verifications.</summary>
    public int Trusts
    {
        get
        {
            lock (_gate) return _trusts.Count;
        }
    }

    /// <summary>Charges a verification, as soon as there is a place for it.</summary>
    /// <param name="applicationId">The trust.</param>
    /// <param name="network">The network that it came from: see <see cref="SourceNetwork"/>.</param>
    /// <param name="cost">The processor time that it takes.</param>
    /// <param name="returns">How often the same was turned away a short time before.</param>
    /// <returns>The place; null if there was none within a second.</returns>
    public ValueTask<FailurePlace?> EnterAsync(string applicationId, UInt128 network, TimeSpan cost, int returns)
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            Sweep(now);
            TrustCharges trust = FindOrAdd(applicationId, now);
            var place = new FailurePlace(trust, trust.FindOrAdd(network, now), cost.TotalSeconds, returns, now);
            if (trust.Waiting.Count == 0)
            {
                Leak(trust, now);
                Leak(place.Network, now);
                if (HasPlace(trust) && HasPlace(place.Network))
                {
                    Charge(place, place.Cost);
                    return new(place);
                }
            }

            MakeRoom(trust);
            trust.Add(place);
            place.Node = _waiting.AddLast(place);
            _ticks ??= time.CreateTimer(static budget => ((FailureBudget)budget!).Tick(), this, _tick, _tick);
            return new(place.Drawn);
        }
    }

    /// <summary>Charges more for a verification that has a place.</summary>
    public void Add(FailurePlace place, TimeSpan cost)
    {
        lock (_gate)
        {
            place.Cost += cost.TotalSeconds;
            Charge(place, cost.TotalSeconds);
        }
    }

    /// <summary>Takes the charge of a verification back, because it did not fail.</summary>
    public void Release(FailurePlace place)
    {
        lock (_gate)
        {
            Charge(place, -place.Cost);
            place.Cost = 0;
            place.Trust.Forget(place.Network);
            Forget(place.Trust);
        }
    }

    // Those trusts come first that have used least.
    private void Tick()
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            Sweep(now);
            TrustCharges[] trusts = [.. _trusts.Values.Where(trust => trust.Waiting.Count > 0)];
            foreach (TrustCharges trust in trusts) Leak(trust, now);
            foreach (TrustCharges trust in trusts.OrderBy(trust => trust.Charged)) DrawAll(trust, now);

            while (_waiting.First is { } oldest && time.GetElapsedTime(oldest.Value.Since, now) >= _patience)
            {
                TurnAway(oldest.Value);
            }

            if (_waiting.Count > 0) return;
            _ticks?.Dispose();
            _ticks = null;
        }
    }

    // One pass over those that wait, and one more for each second place, which costs far less than its verification.
    private void DrawAll(TrustCharges trust, long now)
    {
        if (!HasPlace(trust)) return;
        var drawable = new List<FailurePlace>();
        foreach (FailurePlace place in trust.Waiting)
        {
            Leak(place.Network, now);
            if (HasPlace(place.Network)) drawable.Add(place);
        }

        while (drawable.Count > 0 && HasPlace(trust))
        {
            int chosen = _draw(2) == 0 ? FindMostReturning(drawable) : _draw(drawable.Count);
            FailurePlace place = drawable[chosen];
            drawable[chosen] = drawable[^1];
            drawable.RemoveAt(drawable.Count - 1);
            if (HasPlace(place.Network)) Admit(place); // or another has had its last
        }
    }

    // Of several one at random, because it begins at random.
    private int FindMostReturning(List<FailurePlace> places)
    {
        int start = _draw(places.Count), most = start;
        for (int step = 1; step < places.Count; step++)
        {
            int index = (start + step) % places.Count;
            if (places[index].Returns > places[most].Returns) most = index;
        }

        return most;
    }

    private void Admit(FailurePlace place)
    {
        Leave(place);
        Charge(place, place.Cost);
        place.Answer(place);
    }

    private void TurnAway(FailurePlace place)
    {
        Leave(place);
        place.Answer(null);
    }

    private void Leave(FailurePlace place)
    {
        place.Trust.Remove(place);
        _waiting.Remove(place.Node!);
    }

    private double ShareOfTrust => Math.Min(TrustShare, WholeShare / Math.Max(1, _trusts.Count));

    // One that has used nothing is not kept waiting by others, which costs one verification a trust at most.
    private bool HasPlace(TrustCharges trust) =>
        trust.Charged < ShareOfTrust * Period && (_charged < WholeShare * Period || trust.Charged <= 0);

    private static bool HasPlace(NetworkCharges network) => network.Charged < NetworkShare * Period;

    // A newcomer takes the place of another in the queue, so that the length of the queue favours no early comer: of
    // two drawn at random, that of the one that was turned away less often.
    private void MakeRoom(TrustCharges trust)
    {
        TrustCharges largest = trust;
        if (trust.Waiting.Count < MaxWaitingPerTrust)
        {
            if (_waiting.Count < MaxWaiting) return;
            largest = _trusts.Values.MaxBy(other => other.Waiting.Count)!;
        }

        FailurePlace one = Pick(largest), other = Pick(largest);
        TurnAway(one.Returns < other.Returns ? one : other);

        FailurePlace Pick(TrustCharges trust) => trust.Waiting[_draw(trust.Waiting.Count)];
    }

    private void Charge(FailurePlace place, double seconds)
    {
        place.Trust.Charged = Math.Max(0, place.Trust.Charged + seconds);
        place.Network.Charged = Math.Max(0, place.Network.Charged + seconds);
        _charged = Math.Max(0, _charged + seconds);
    }

    private TrustCharges FindOrAdd(string applicationId, long now)
    {
        if (!_trusts.TryGetValue(applicationId, out TrustCharges? trust))
        {
            _trusts.Add(applicationId, trust = new TrustCharges(applicationId, now));
        }

        return trust;
    }

    // The share of a trust becomes smaller when further ones have failures. What it was charged with under a larger one
    // must not lock it out for longer than any other.
    private void Leak(TrustCharges trust, long now)
    {
        double elapsed = time.GetElapsedTime(trust.LeakedAt, now).TotalSeconds;
        trust.LeakedAt = now;
        trust.Charged = Math.Max(0, Math.Min(trust.Charged, ShareOfTrust * Period) - (elapsed * ShareOfTrust));
        _charged = Math.Max(0, _charged - (time.GetElapsedTime(_leakedAt, now).TotalSeconds * WholeShare));
        _leakedAt = now;
    }

    private void Leak(NetworkCharges network, long now)
    {
        double elapsed = time.GetElapsedTime(network.LeakedAt, now).TotalSeconds;
        network.LeakedAt = now;
        network.Charged = Math.Max(0, network.Charged - (elapsed * NetworkShare));
    }

    private void Sweep(long now)
    {
        if (time.GetElapsedTime(_swept, now) < _sweepInterval) return;
        _swept = now;
        foreach (TrustCharges trust in _trusts.Values.ToArray())
        {
            Leak(trust, now);
            trust.Sweep(network => Leak(network, now));
            Forget(trust);
        }
    }

    // Its account may have been closed and opened anew while a verification was under way.
    private void Forget(TrustCharges trust)
    {
        if (trust.IsIdle && ReferenceEquals(_trusts.GetValueOrDefault(trust.Id), trust)) _trusts.Remove(trust.Id);
    }
}
