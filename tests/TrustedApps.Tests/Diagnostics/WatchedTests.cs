using System.Runtime.CompilerServices;
using TrustedApps.Diagnostics;

namespace TrustedApps.Tests.Diagnostics;

public class WatchedTests
{
    [Fact]
    public void A_state_is_seen_as_long_as_its_owner_lives_and_does_not_keep_it_alive()
    {
        var watched = new Watched<string>();
        object owner = new();
        watched.Add(owner, "kept");
        WeakReference forgotten = AddAnother(watched);
        Assert.Equal(["forgotten", "kept"], watched.States.Order());

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.False(forgotten.IsAlive);
        Assert.Equal(["kept"], watched.States);
        GC.KeepAlive(owner);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference AddAnother(Watched<string> watched)
    {
        object owner = new();
        watched.Add(owner, "forgotten");
        Assert.Equal(2, watched.States.Count());
        return new WeakReference(owner);
    }
}
