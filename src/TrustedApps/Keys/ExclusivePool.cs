namespace TrustedApps.Keys;

/// <summary>
/// Lends objects that one thread at a time may use, and keeps a few for the next borrower. Never waits: with none at
/// hand it makes one, and one too many is left to the garbage collector.
/// </summary>
internal sealed class ExclusivePool<T>(Func<T> create)
    where T : class
{
    private readonly T?[] _idle = new T?[Environment.ProcessorCount];

    public T Rent()
    {
        for (int slot = 0; slot < _idle.Length; slot++)
        {
            if (_idle[slot] is not null && Interlocked.Exchange(ref _idle[slot], null) is { } item) return item;
        }

        return create();
    }

    // What is not returned after an exception is only made again.
    public void Return(T item)
    {
        for (int slot = 0; slot < _idle.Length; slot++)
        {
            if (_idle[slot] is null && Interlocked.CompareExchange(ref _idle[slot], item, null) is null) return;
        }

        (item as IDisposable)?.Dispose();
    }
}
