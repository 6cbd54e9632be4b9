using TrustedApps.Certificates;

namespace TrustedApps.Client;

/// <summary>Runs the rounds of a refresher in the background, one at a time. Safe for concurrent use.</summary>
internal sealed class BackgroundRefresh(CertificateRefresher refresher) : IDisposable
{
    private readonly CancellationTokenSource _disposal = new();
    private int _isRunning;

    /// <summary>Starts a round, unless one is running.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref _isRunning, 1) == 0) _ = Task.Run(RunAsync);
    }

    public void Dispose() => _disposal.Cancel(); // without a timer it holds nothing to dispose of

    private async Task RunAsync()
    {
        try
        {
            await refresher.RefreshDueAsync(_disposal.Token).ConfigureAwait(false);
        }
        catch (Exception) when (_disposal.IsCancellationRequested)
        {
            // The process ends.
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }
}
