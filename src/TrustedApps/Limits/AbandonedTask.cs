namespace TrustedApps.Limits;

/// <summary>Tasks that are not waited for any more. Their exceptions are observed.</summary>
internal static class AbandonedTask
{
    public static void Abandon(this Task task)
    {
        _ = task.ContinueWith(
            static ended => _ = ended.Exception,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    /// <param name="task">The task.</param>
    /// <param name="discard">Receives its result.</param>
    public static void Abandon<T>(this Task<T> task, Action<T>? discard)
    {
        _ = task.ContinueWith(
            static (ended, discard) =>
            {
                if (ended.IsCompletedSuccessfully) ((Action<T>?)discard)?.Invoke(ended.Result);
                else _ = ended.Exception;
            },
            discard,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }
}
