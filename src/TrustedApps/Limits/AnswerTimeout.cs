namespace TrustedApps.Limits;

/// <summary>
/// Asks code that is not ours, such as a store, a key elsewhere or a resolver, and ends the wait for it: it may ignore
/// its token, and may never answer. One that is not waited for any more finds its token cancelled.
/// </summary>
/// <param name="limit">The longest wait.</param>
/// <param name="time">The clock.</param>
internal sealed class AnswerTimeout(TimeSpan limit, TimeProvider time)
{
    [ThreadStatic]
    private static CancellationTokenSource? _spare; // most answers are there at once, and need none of their own

    /// <summary>Asks, and waits for the answer.</summary>
    /// <param name="question">What is asked, and with what token.</param>
    /// <param name="state">What the question needs.</param>
    /// <param name="discard">Receives an answer that comes too late, in order to zero secrets.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">There was no answer within the limit.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public ValueTask<T> AskAsync<TState, T>(
        Func<TState, CancellationToken, ValueTask<T>> question,
        TState state,
        Action<T>? discard = null,
        CancellationToken cancellationToken = default
    )
    {
        CancellationTokenSource ended = _spare ?? new();
        _spare = null; // the question may ask another one
        ValueTask<T> answer = question(state, ended.Token);
        if (!answer.IsCompleted) return new(WaitAsync(answer.AsTask(), ended, discard, cancellationToken));
        if (ended.TryReset()) _spare = ended;
        return answer;
    }

    private async Task<T> WaitAsync<T>(
        Task<T> answer, CancellationTokenSource ended, Action<T>? discard, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.WaitAsync(limit, time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!answer.IsCompletedSuccessfully)
            {
                ended.CancelAsync().Abandon();
                answer.Abandon(discard);
            }
        }
    }
}
