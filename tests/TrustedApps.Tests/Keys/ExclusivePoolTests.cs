using TrustedApps.Keys;

namespace TrustedApps.Tests.Keys;

public class ExclusivePoolTests
{
    [Fact]
    public void What_was_returned_is_lent_again()
    {
        var pool = new ExclusivePool<object>(() => new object());
        object first = pool.Rent();
        Assert.NotSame(first, pool.Rent());
        pool.Return(first);
        Assert.Same(first, pool.Rent());
        Assert.NotSame(first, pool.Rent());
    }

    [Fact]
    public void One_is_kept_for_each_processor_and_what_is_too_many_is_disposed()
    {
        var pool = new ExclusivePool<Disposable>(() => new Disposable());
        Disposable[] rented = [.. Enumerable.Range(0, Environment.ProcessorCount + 2).Select(_ => pool.Rent())];
        foreach (Disposable item in rented) pool.Return(item);
        Assert.Equal(2, rented.Count(item => item.IsDisposed));
        Assert.All(rented[..Environment.ProcessorCount], item => Assert.False(item.IsDisposed));
    }

    [Fact]
    public void Nothing_is_lent_to_two_threads_at_once()
    {
        int collisions = 0;
        var pool = new ExclusivePool<Counter>(() => new Counter());
        Threads.Run(8, _ =>
        {
            for (int round = 0; round < 50_000; round++)
            {
                Counter item = pool.Rent();
                if (Interlocked.Increment(ref item.Users) != 1) Interlocked.Increment(ref collisions);
                Interlocked.Decrement(ref item.Users);
                pool.Return(item);
            }
        });
        Assert.Equal(0, collisions);
    }

    private sealed class Disposable : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class Counter
    {
        public int Users;
    }
}
