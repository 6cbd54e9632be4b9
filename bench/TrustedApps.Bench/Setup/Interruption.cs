using System.Runtime.InteropServices;

namespace TrustedApps.Bench.Setup;

/// <summary>Lets a run that Ctrl-C or SIGTERM ends stop what it has started, and remove what it has made.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _signals;

    public Interruption() => _signals = [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM]).Select(signal => PosixSignalRegistration.Create(signal, Interrupt))];

    /// <summary>Looked at between samples.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        Array.ForEach(_signals, signal => signal.Dispose());
        _source.Dispose();
    }

    private void Interrupt(PosixSignalContext context)
    {
        context.Cancel = true;
        _source.Cancel();
    }
}
