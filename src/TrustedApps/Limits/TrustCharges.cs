namespace TrustedApps.Limits;

/// <summary>What failed verifications of one trust have used, and what waits.</summary>
/// <param name="id">The application.</param>
/// <param name="now">The present time stamp.</param>
internal sealed class TrustCharges(string id, long now)
{
    public const int MaxNetworks = 256; // further ones share one account

    private readonly Dictionary<UInt128, NetworkCharges> _networks = [];
    private NetworkCharges? _others;

    public string Id => id;

    /// <summary>Seconds of the processor.</summary>
    public double Charged { get; set; }

    /// <summary>The time stamp up to which charges were let off.</summary>
    public long LeakedAt { get; set; } = now;

    public IEnumerable<NetworkCharges> Networks =>
        _others is null ? _networks.Values : _networks.Values.Append(_others);

    public int Waiting { get; set; }

    public bool IsIdle => Charged <= 0 && Waiting == 0;

    public NetworkCharges FindOrAdd(UInt128 network)
    {
        if (_networks.TryGetValue(network, out NetworkCharges? charges)) return charges;
        if (_networks.Count == MaxNetworks) RemoveIdle();
        return _networks.Count == MaxNetworks
            ? _others ??= new NetworkCharges(this)
            : _networks[network] = new NetworkCharges(this);
    }

    public void RemoveIdle()
    {
        foreach ((UInt128 network, NetworkCharges charges) in _networks)
        {
            if (charges.IsIdle) _networks.Remove(network);
        }

        if (_others is { IsIdle: true }) _others = null;
    }
}

/// <summary>The same of one trust and network.</summary>
internal sealed class NetworkCharges(TrustCharges trust)
{
    /// <summary>Seconds of the processor.</summary>
    public double Charged { get; set; }

    /// <summary>Those that wait and come for the first time.</summary>
    public List<FailurePlace> New { get; } = [];

    /// <summary>Those that wait and were turned away before.</summary>
    public List<FailurePlace> Returning { get; } = [];

    public int Waiting => New.Count + Returning.Count;

    public bool IsIdle => Charged <= 0 && Waiting == 0;

    public void Add(FailurePlace place)
    {
        List<FailurePlace> queue = QueueOf(place);
        place.Index = queue.Count;
        queue.Add(place);
        trust.Waiting++;
    }

    public void Remove(FailurePlace place)
    {
        List<FailurePlace> queue = QueueOf(place);
        FailurePlace last = queue[^1];
        (queue[place.Index], last.Index) = (last, place.Index);
        queue.RemoveAt(queue.Count - 1);
        trust.Waiting--;
    }

    private List<FailurePlace> QueueOf(FailurePlace place) => place.Returns ? Returning : New;
}
