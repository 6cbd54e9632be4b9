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

    /// <summary>Those that wait for a place, in no order.</summary>
    public List<FailurePlace> Waiting { get; } = [];

    public bool IsIdle => Charged <= 0 && Waiting.Count == 0 && _networks.Count == 0 && _others is null;

    public NetworkCharges FindOrAdd(UInt128 network, long now)
    {
        if (_networks.TryGetValue(network, out NetworkCharges? charges)) return charges;
        return _networks.Count == MaxNetworks
            ? _others ??= new NetworkCharges(network, now)
            : _networks[network] = new NetworkCharges(network, now);
    }

    public void Add(FailurePlace place)
    {
        place.Index = Waiting.Count;
        Waiting.Add(place);
        place.Network.Waiting++;
    }

    public void Remove(FailurePlace place)
    {
        FailurePlace last = Waiting[^1];
        (Waiting[place.Index], last.Index) = (last, place.Index);
        Waiting.RemoveAt(Waiting.Count - 1);
        place.Network.Waiting--;
    }

    /// <summary>Closes the account of a network that has none under way, if it is idle.</summary>
    public void Forget(NetworkCharges network)
    {
        if (!network.IsIdle) return;
        if (ReferenceEquals(network, _others)) _others = null;
        else if (ReferenceEquals(_networks.GetValueOrDefault(network.Id), network)) _networks.Remove(network.Id);
    }

    /// <summary>Lets charges of networks off, and closes the accounts of those that are idle.</summary>
    public void Sweep(Action<NetworkCharges> leak)
    {
        foreach (NetworkCharges network in _networks.Values.ToArray())
        {
            leak(network);
            Forget(network);
        }

        if (_others is null) return;
        leak(_others);
        Forget(_others);
    }
}
