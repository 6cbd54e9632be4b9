namespace TrustedApps.Storage.Activity;

/// <summary>
/// Rejections that wait to be written. Senders that are not a trusted application have places of their own, and so has
/// each application, for requests that name a user and for others, which prove nothing.
/// </summary>
internal sealed class RejectionBuffer
{
    /// <summary>The owner of the rejections of all senders that are not a trusted application.</summary>
    public const string Strangers = "";

    private const int MaxOfStrangers = 200;
    private const int MaxOfApplication = 100;
    private const int MaxShared = 1000; // of all applications
    private const int Reserved = 2; // of each application besides

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Owner, bool NamesUser), int> _counts = [];
    private List<RecordedRejection> _rejections = [];
    private int _shared;

    /// <summary>Takes a place for a rejection; false if there is none.</summary>
    public bool TryTakePlace(string owner, bool namesUser)
    {
        lock (_gate)
        {
            int own = _counts.GetValueOrDefault((owner, namesUser));
            if (own >= (owner == Strangers ? MaxOfStrangers : MaxOfApplication)) return false;
            if (owner != Strangers && own >= Reserved && _shared++ >= MaxShared) return false;
            _counts[(owner, namesUser)] = own + 1;
            return true;
        }
    }

    /// <summary>Adds a rejection that has a place.</summary>
    public void Add(RecordedRejection rejection)
    {
        lock (_gate) _rejections.Add(rejection);
    }

    /// <summary>Takes all rejections. All places are free then.</summary>
    public IReadOnlyList<RecordedRejection> Take()
    {
        lock (_gate)
        {
            (List<RecordedRejection> taken, _rejections, _shared) = (_rejections, [], 0);
            _counts.Clear();
            return taken;
        }
    }
}
