namespace TrustedApps.Limits;

/// <summary>
/// Ends the wait for code that is not ours, such as a store, a key elsewhere or a resolver: it may ignore its token,
/// and may never answer.
/// </summary>
/// <param name="limit">The longest wait.</param>
/// <param name="time">The clock.</param>
internal sealed class AnswerTimeout(TimeSpan limit, TimeProvider time)
{
    /// <exception cref="TimeoutException">There was no answer within the limit.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public ValueTask<T> WaitAsync<T>(ValueTask<T> answer, CancellationToken cancellationToken = default) =>
        answer.IsCompleted ? answer : new(answer.AsTask().WaitAsync(limit, time, cancellationToken));

    /// <summary>Waits for an answer, and tells its maker when the time is over.</summary>
    /// <exception cref="TimeoutException">There was no answer within the limit.</exception>
    public async ValueTask<T> WaitAsync<T>(ValueTask<T> answer, CancellationTokenSource ended)
    {
        try
        {
            return await WaitAsync(answer).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await ended.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}
