namespace TrustedApps.Limits;

/// <summary>
/// Bounds how many operations of one trust are under way at once; further ones of that trust wait, in the order in
/// which
/// they came. So they leave room for others where operations are slow. Memory is that of operations alone. Safe for
/// concurrent use.
/// </summary>
internal sealed class TrustShares
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Share> _shares = new(StringComparer.Ordinal);

    /// <summary>Runs an operation as soon as its trust has a place for it.</summary>
    /// <param name="applicationId">The trust.</param>
    /// <param name="places">The bound; null for none.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="state">What it needs.</param>
    /// <param name="cancellationToken">Ends the wait; the operation receives it as well.</param>
    public ValueTask<T> RunAsync<TState, T>(
        string applicationId,
        int? places,
        Func<TState, CancellationToken, ValueTask<T>> operation,
        TState state,
        CancellationToken cancellationToken
    ) =>
        places is { } bound
            ? RunInTurnAsync(applicationId, bound, operation, state, cancellationToken)
            : operation(state, cancellationToken);

    private async ValueTask<T> RunInTurnAsync<TState, T>(
        string applicationId,
        int places,
        Func<TState, CancellationToken, ValueTask<T>> operation,
        TState state,
        CancellationToken cancellationToken
    )
    {
        Share share = Enter(applicationId, places);
        try
        {
            await share.Places.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await operation(state, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                share.Places.Release();
            }
        }
        finally
        {
            Leave(applicationId, share);
        }
    }

    private Share Enter(string applicationId, int places)
    {
        lock (_gate)
        {
            if (!_shares.TryGetValue(applicationId, out Share? share))
            {
                _shares.Add(applicationId, share = new Share(new SemaphoreSlim(places)));
            }

            share.Users++;
            return share;
        }
    }

    private void Leave(string applicationId, Share share)
    {
        lock (_gate)
        {
            if (--share.Users == 0) _shares.Remove(applicationId);
        }
    }

    // A semaphore without a wait handle has nothing to dispose.
    private sealed class Share(SemaphoreSlim places)
    {
        public SemaphoreSlim Places { get; } = places;

        /// <summary>Under the gate.</summary>
        public int Users { get; set; }
    }
}
