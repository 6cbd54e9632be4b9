namespace TrustedApps.Keys;

/// <summary>
/// Lends objects that only one thread at a time may use, and keeps a few for the next caller. Never waits: an empty
/// pool makes a new object, and a full pool disposes of what is returned.
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

    // An object that is not returned after an exception costs a new one.
    public void Return(T item)
    {
        for (int slot = 0; slot < _idle.Length; slot++)
        {
            if (_idle[slot] is null && Interlocked.CompareExchange(ref _idle[slot], item, null) is null) return;
        }

        (item as IDisposable)?.Dispose();
    }
}
