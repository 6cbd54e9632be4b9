using TrustedApps.Replay;

namespace TrustedApps.Bench.Setup;

/// <summary>Puts marks into a replay memory, as verifying version 4 does.</summary>
internal static class Insertion
{
    public const long Lifetime = 90_000; // milliseconds: default time-out and clock skew

    public static void Insert(this InMemoryReplayCache memory, UInt128 mark, long issuedAt, long now, string applicationId = "wiki")
    {
        ValueTask<ReplayResult> remembering = memory.TryAddAsync(ReplayEntry.Once(applicationId, mark, issuedAt, issuedAt + Lifetime, now), CancellationToken.None);
        if (!remembering.IsCompleted || remembering.Result.Status != ReplayStatus.First) throw new InvalidOperationException("A new mark is to be the first of its kind.");
    }
}
