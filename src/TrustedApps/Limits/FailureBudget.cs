namespace TrustedApps.Limits;

/// <summary>
/// The share of the processor that failed verifications may use (specification version-4.md, section 3): 2 % of one
/// core for each trust and network, 5 % for each trust, and a quarter of a core for all together, which is shared
/// equally among the trusts that have failures; reckoned over 10 seconds. Beyond it a verification waits up to a second
/// for a place, which is drawn at random. So a flood makes a genuine application slow and does not shut it out. Safe
/// for concurrent use.
/// </summary>
/// <remarks>
/// A verification is charged before its work begins, or any number could begin at once, and gets its charge back if it
/// succeeds. Memory is bounded for each trust inside a bound for all: where there is no room, the trust that has most
/// waiting gives up one of them, drawn at random.
/// </remarks>
/// <param name="time">The clock, for elapsed time only.</param>
/// <param name="random">The source of the draws; called under a lock.</param>
internal sealed class FailureBudget(TimeProvider time, Random? random = null)
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
    private readonly Random _random = random ?? Random.Shared;
    private readonly Dictionary<string, TrustCharges> _trusts = new(StringComparer.Ordinal);
    private readonly LinkedList<FailurePlace> _waiting = new(); // the oldest first
    private ITimer? _ticks; // set while there are any
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
    /// <param name="returns">
    /// Whether the same was turned away before. Every second place goes to one of these first: a genuine application
    /// comes again with the same key grant, a forger's rate is halved by it.
    /// </param>
    /// <returns>The place; null if there was none within a second.</returns>
    public ValueTask<FailurePlace?> EnterAsync(string applicationId, UInt128 network, TimeSpan cost, bool returns)
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            Sweep(now);
            TrustCharges trust = FindOrAdd(applicationId, now);
            var place = new FailurePlace(trust, trust.FindOrAdd(network), cost.TotalSeconds, returns, now);
            Leak(trust, now);
            if (HasPlace(trust, place.Network) && !HasDrawable(trust))
            {
                Charge(place, place.Cost);
                return new(place);
            }

            if (!MakeRoom(place)) return default;
            place.Network.Add(place);
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
            Forget(place.Trust);
        }
    }

    private void Tick()
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            Sweep(now);
            foreach (TrustCharges trust in _trusts.Values.Where(trust => trust.Waiting > 0))
            {
                Leak(trust, now);
                while (Draw(trust) is { } place) Admit(place);
            }

            while (_waiting.First is { } oldest && time.GetElapsedTime(oldest.Value.Since, now) >= _patience)
            {
                TurnAway(oldest.Value);
            }

            if (_waiting.Count > 0) return;
            _ticks?.Dispose();
            _ticks = null;
        }
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
        place.Network.Remove(place);
        _waiting.Remove(place.Node!);
    }

    private double ShareOfTrust => Math.Min(TrustShare, WholeShare / Math.Max(1, _trusts.Count));

    private bool HasPlace(TrustCharges trust, NetworkCharges network) =>
        trust.Charged < ShareOfTrust * Period && network.Charged < NetworkShare * Period;

    private bool HasDrawable(TrustCharges trust) =>
        trust.Waiting > 0 && trust.Networks.Any(network => network.Waiting > 0 && HasPlace(trust, network));

    private FailurePlace? Draw(TrustCharges trust)
    {
        if (!HasDrawable(trust)) return null;
        NetworkCharges[] networks = [.. trust.Networks.Where(network => HasPlace(trust, network))];
        bool prefersReturning = _random.Next(2) == 0;
        return (prefersReturning ? Pick(networks, network => network.Returning) : null)
            ?? Pick(networks, network => network.Returning, network => network.New);
    }

    // Each of those that wait with the same chance.
    private FailurePlace? Pick(NetworkCharges[] networks, params Func<NetworkCharges, List<FailurePlace>>[] queues)
    {
        int count = networks.Sum(network => queues.Sum(queue => queue(network).Count));
        if (count == 0) return null;
        int chosen = _random.Next(count);
        foreach (NetworkCharges network in networks)
        {
            foreach (Func<NetworkCharges, List<FailurePlace>> queue in queues)
            {
                List<FailurePlace> places = queue(network);
                if (chosen < places.Count) return places[chosen];
                chosen -= places.Count;
            }
        }

        return null;
    }

    // A newcomer takes the place of another in the queue, so that the length of the queue favours no early comer. One
    // that returns is not displaced by one that does not.
    private bool MakeRoom(FailurePlace newcomer)
    {
        TrustCharges largest = newcomer.Trust;
        if (largest.Waiting < MaxWaitingPerTrust)
        {
            if (_waiting.Count < MaxWaiting) return true;
            largest = _trusts.Values.MaxBy(trust => trust.Waiting)!;
            if (largest.Waiting <= newcomer.Trust.Waiting) largest = newcomer.Trust;
        }

        NetworkCharges[] networks = [.. largest.Networks];
        FailurePlace? displaced = Pick(networks, network => network.New);
        if (displaced is null && (newcomer.Returns || largest != newcomer.Trust))
        {
            displaced = Pick(networks, network => network.Returning);
        }

        if (displaced is not null) TurnAway(displaced);
        return displaced is not null;
    }

    private void Charge(FailurePlace place, double seconds)
    {
        place.Trust.Charged = Math.Max(0, place.Trust.Charged + seconds);
        place.Network.Charged = Math.Max(0, place.Network.Charged + seconds);
    }

    private TrustCharges FindOrAdd(string applicationId, long now)
    {
        if (!_trusts.TryGetValue(applicationId, out TrustCharges? trust))
        {
            _trusts.Add(applicationId, trust = new TrustCharges(applicationId, now));
        }

        return trust;
    }

    private void Leak(TrustCharges trust, long now)
    {
        double elapsed = time.GetElapsedTime(trust.LeakedAt, now).TotalSeconds;
        trust.LeakedAt = now;
        trust.Charged = Math.Max(0, trust.Charged - (elapsed * ShareOfTrust));
        foreach (NetworkCharges network in trust.Networks)
        {
            network.Charged = Math.Max(0, network.Charged - (elapsed * NetworkShare));
        }
    }

    private void Sweep(long now)
    {
        if (time.GetElapsedTime(_swept, now) < _sweepInterval) return;
        _swept = now;
        foreach (TrustCharges trust in _trusts.Values.ToArray())
        {
            Leak(trust, now);
            trust.RemoveIdle();
            Forget(trust);
        }
    }

    // Its account may have been closed and opened anew while a verification was under way.
    private void Forget(TrustCharges trust)
    {
        if (trust.IsIdle && ReferenceEquals(_trusts.GetValueOrDefault(trust.Id), trust)) _trusts.Remove(trust.Id);
    }
}
