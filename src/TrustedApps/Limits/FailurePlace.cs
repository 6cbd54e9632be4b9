namespace TrustedApps.Limits;

/// <summary>One verification in a <see cref="FailureBudget"/>: it waits for a place, or has one.</summary>
/// <param name="trust">The charges of its trust.</param>
/// <param name="network">The charges of its trust and network.</param>
/// <param name="cost">Seconds of the processor.</param>
/// <param name="returns">How often it was turned away a short time before.</param>
/// <param name="since">The time stamp of its arrival.</param>
internal sealed class FailurePlace(
    TrustCharges trust, NetworkCharges network, double cost, int returns, long since)
{
    private readonly TaskCompletionSource<FailurePlace?> _answer =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TrustCharges Trust => trust;

    public NetworkCharges Network => network;

    public int Returns => returns;

    public long Since => since;

    public double Cost { get; set; } = cost;

    /// <summary>Its place among all that wait.</summary>
    public LinkedListNode<FailurePlace>? Node { get; set; }

    /// <summary>Its place among those of its trust that wait.</summary>
    public int Index { get; set; }

    public Task<FailurePlace?> Drawn => _answer.Task;

    public void Answer(FailurePlace? place) => _answer.SetResult(place);
}
