using System.Diagnostics;
using System.Diagnostics.Metrics;
using TrustedApps.Diagnostics;

namespace TrustedApps.Keys;

/// <summary>Metrics of this application's own keys: operations with private ones, age and rotation.</summary>
internal static class PrivateKeyTelemetry
{
    private static readonly Watched<KeyState> _stores = new();

    private static readonly Counter<long> _operations = Instruments.Meter.CreateCounter<long>(
        "trusted_apps.private_key.operations",
        "{operation}",
        "Operations with an RSA private key of this application."
    );

    private static readonly Histogram<double> _durations = Instruments.Meter.CreateHistogram(
        "trusted_apps.private_key.duration",
        "s",
        "The time that an operation with a private key took, wherever the key is.",
        advice: Instruments.Times);

    static PrivateKeyTelemetry()
    {
        Instruments.Meter.CreateObservableGauge(
            "trusted_apps.private_key.age",
            () => Measure(static (keys, now) => now - keys.ChangedAt, static values => values.Max()),
            "s",
            "The time since the own keys were last changed.");
        Instruments.Meter.CreateObservableGauge(
            "trusted_apps.private_key.time_to_rotation",
            () => Measure(FindTimeToRotation, static values => values.Min()),
            "s",
            "The time until the own key that decrypts is replaced by itself; negative if that is overdue.");
    }

    /// <summary>Counts an operation and times it. It begins within this call.</summary>
    /// <param name="operation">sign or decrypt.</param>
    /// <param name="begin">Begins the operation.</param>
    /// <param name="state">What it needs.</param>
    public static ValueTask<T> RunAsync<TState, T>(string operation, Func<TState, ValueTask<T>> begin, TState state)
    {
        _operations.Add(1, new KeyValuePair<string, object?>(TagNames.PrivateKeyOperation, operation));
        return _durations.Enabled ? TimeAsync(operation, begin, state) : begin(state);
    }

    private static async ValueTask<T> TimeAsync<TState, T>(
        string operation, Func<TState, ValueTask<T>> begin, TState state)
    {
        TagList tags = new() { { TagNames.PrivateKeyOperation, operation } };
        long started = TimeProvider.System.GetTimestamp();
        try
        {
            return await begin(state).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            tags.Add(TagNames.ErrorType, failure.GetType().FullName);
            throw;
        }
        finally
        {
            _durations.Record(TimeProvider.System.GetElapsedTime(started).TotalSeconds, tags);
        }
    }

    /// <param name="store">Own keys that are loaded: measured as long as the store lives.</param>
    /// <param name="time">The clock.</param>
    public static void Watch(IKeyStore store, TimeProvider time) => _stores.Add(store, new KeyState(store, time));

    // Keys of older versions alone state no time, and those of a store that is not loaded yet none at all.
    private static IEnumerable<Measurement<double>> Measure(
        Func<ApplicationKeys, DateTimeOffset, TimeSpan?> find, Func<IEnumerable<TimeSpan>, TimeSpan> join)
    {
        TimeSpan[] found =
        [
            .. _stores.States
                .Select(state => state.FindKeys() is { HasVersion4Keys: true } keys
                    ? find(keys, state.Time.GetUtcNow())
                    : null)
                .OfType<TimeSpan>(),
        ];
        return found.Length == 0 ? [] : [new Measurement<double>(join(found).TotalSeconds)];
    }

    private static TimeSpan? FindTimeToRotation(ApplicationKeys keys, DateTimeOffset now) =>
        keys.Ring.Find(KeyUse.Encryption)?.DueAt - now;

    private sealed record KeyState(IKeyStore Store, TimeProvider Time)
    {
        public ApplicationKeys? FindKeys()
        {
            try
            {
                return Store.Keys;
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        }
    }
}
