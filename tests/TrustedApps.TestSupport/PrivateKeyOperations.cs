using System.Diagnostics.Metrics;

namespace TrustedApps.TestSupport;

/// <summary>Counts RSA operations with private keys, of this test alone: other tests run at the same time.</summary>
internal sealed class PrivateKeyOperations : IDisposable
{
    private static readonly AsyncLocal<PrivateKeyOperations?> _current = new();

    private readonly MeterListener _meters = new();
    private int _decryptions;
    private int _signatures;
    private int _rawOperations;

    public PrivateKeyOperations()
    {
        _current.Value = this;
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "TrustedApps", Name: "trusted_apps.private_key.operations" }) listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            if (_current.Value != this) return;
            foreach ((string tag, object? operation) in tags)
            {
                if (tag == "trusted_apps.private_key.operation" && operation is "decrypt") Interlocked.Add(ref _decryptions, (int)value);
                if (tag == "trusted_apps.private_key.operation" && operation is "sign") Interlocked.Add(ref _signatures, (int)value);
                if (tag == "trusted_apps.private_key.operation" && operation is "raw") Interlocked.Add(ref _rawOperations, (int)value);
            }
        });
        _meters.Start();
    }

    public int Decryptions => Volatile.Read(ref _decryptions);

    public int Signatures => Volatile.Read(ref _signatures);

    public int RawOperations => Volatile.Read(ref _rawOperations);

    public void Dispose()
    {
        _meters.Dispose();
        _current.Value = null;
    }
}
