using System.Collections.Concurrent;

namespace TrustedApps.Diagnostics;

/// <summary>
/// The values that a tag may have in this process: the first ones up to a bound, and <see cref="Other"/> for the rest.
/// Safe for concurrent use; a lookup takes no lock.
/// </summary>
/// <param name="capacity">The bound.</param>
internal sealed class BoundedTagValues(int capacity)
{
    /// <summary>Stands for strangers and for what is beyond the bound, as in OpenTelemetry's conventions.</summary>
    public const string Other = "_OTHER";

    private readonly ConcurrentDictionary<string, bool> _values = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>The ids of trusted applications and of pinned providers. Never ask it for a stranger's.</summary>
    public static BoundedTagValues Applications { get; } = new(1_000);

    /// <summary>Returns the value, or <see cref="Other"/> if it is null or beyond the bound.</summary>
    public string Of(string? value)
    {
        if (value is null) return Other;
        if (_values.ContainsKey(value)) return value;
        if (Volatile.Read(ref _count) >= capacity) return Other;
        if (Interlocked.Increment(ref _count) <= capacity && _values.TryAdd(value, true)) return value;

        Interlocked.Decrement(ref _count);
        return _values.ContainsKey(value) ? value : Other;
    }
}
